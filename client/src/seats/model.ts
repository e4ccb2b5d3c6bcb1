/** The rules of choosing seats. Nothing here knows React or the network. */

import type { Schemas } from "../api/client";

export type Seat = Schemas["Seat"];
export type SeatMap = Schemas["SeatMap"];
/** A line of the room, from the left. `row` is its letter on tickets. */
export type Row = { line: number; row: string; seats: Seat[] };
export type Request = { size: number; category?: string | undefined; accessible?: boolean };

/** From the front; lines without seats are aisles and are left out. */
export function rowsOf(map: SeatMap): Row[] {
  const found = new Map<number, Row>();
  for (const seat of map.seats) {
    const row = found.get(seat.line) ?? { line: seat.line, row: seat.row, seats: [] };
    row.seats.push(seat);
    found.set(seat.line, row);
  }
  for (const row of found.values()) row.seats.sort((a, b) => a.column - b.column);
  return [...found.values()].sort((a, b) => a.line - b.line);
}

/** Free for me: nobody's, or in my own hold. */
export const isFree = (seat: Seat, mine: ReadonlySet<string>) =>
  seat.status === "available" || (seat.status === "selected" && mine.has(seat.label));

const NOBODY: ReadonlySet<string> = new Set();

/** Free seats without a gap between them. */
export function runsOf(row: Row, mine: ReadonlySet<string> = NOBODY): Seat[][] {
  const runs: Seat[][] = [];
  let before: Seat | undefined;
  for (const seat of row.seats) {
    if (isFree(seat, mine)) {
      if (before?.column === seat.column - 1) runs.at(-1)!.push(seat);
      else runs.push([seat]);
      before = seat;
    } else before = undefined;
  }
  return runs;
}

/** Seats that this choice leaves alone between taken ones, and that had a free neighbor before. */
export function orphans(
  map: SeatMap,
  chosen: readonly string[],
  mine: ReadonlySet<string> = NOBODY,
): Seat[] {
  const picked = new Set(chosen);
  const found: Seat[] = [];
  for (const row of rowsOf(map)) {
    if (!row.seats.some((seat) => picked.has(seat.label))) continue;
    for (const run of runsOf(row, mine)) {
      if (run.length < 2) continue;
      const left = (seat: Seat | undefined) => seat !== undefined && !picked.has(seat.label);
      found.push(
        ...run.filter(
          (seat, at) => left(seat) && !left(run[at - 1]) && !left(run[at + 1]) && isPlain(seat),
        ),
      );
    }
  }
  return found;
}

const isPlain = (seat: Seat) => seat.category !== "wheelchair";

type Block = { seats: Seat[]; cost: number };

/**
 * The best seats for a party: together in a row, about two thirds back, in the middle, and so that
 * no single seat is left beside them. Without a wheelchair user, no wheelchair place.
 * If no row has room for all, the party is split over as few blocks as can be, near each other.
 */
export function best(map: SeatMap, wish: Request, mine: ReadonlySet<string> = NOBODY): string[] {
  const rows = rowsOf(map);
  const together = blocksOf(map, rows, wish, mine)[0];
  if (together) return labels(together.seats);
  return wish.accessible ? besideWheelchair(map, rows, wish, mine) : split(map, rows, wish, mine);
}

const labels = (seats: readonly Seat[]) => seats.map((seat) => seat.label);

/** All blocks of this size, the best first. */
function blocksOf(
  map: SeatMap,
  rows: Row[],
  wish: Request,
  mine: ReadonlySet<string>,
  towards?: Point,
): Block[] {
  const found: Block[] = [];
  for (const row of rows) {
    for (const run of runsOf(row, mine)) {
      for (let at = 0; at + wish.size <= run.length; at++) {
        const seats = run.slice(at, at + wish.size);
        if (!fits(seats, wish)) continue;
        const strands = [at, run.length - at - wish.size].filter((rest) => rest === 1).length;
        found.push({ seats, cost: distance(map, seats, towards) + 40 * strands });
      }
    }
  }
  return found.sort((a, b) => a.cost - b.cost);
}

function fits(seats: Seat[], wish: Request): boolean {
  const places = seats.filter((seat) => seat.category === "wheelchair").length;
  if (wish.accessible ? places !== 1 : places > 0) return false;
  return !wish.category || seats.every((seat) => seat.category === wish.category || !isPlain(seat));
}

type Point = { line: number; column: number };

/** How far from the best view, or from a place, in seats; a row counts as one and a half. */
function distance(map: SeatMap, seats: readonly Seat[], towards?: Point): number {
  const goal = towards ?? { line: 1 + ((map.rows - 1) * 2) / 3, column: (map.columns + 1) / 2 };
  const middle = (seats[0]!.column + seats.at(-1)!.column) / 2;
  return 1.5 * Math.abs(seats[0]!.line - goal.line) + Math.abs(middle - goal.column);
}

/** A wheelchair place, and the seats nearest to it. */
function besideWheelchair(map: SeatMap, rows: Row[], wish: Request, mine: ReadonlySet<string>) {
  const place = blocksOf(map, rows, { size: 1, accessible: true }, mine)[0]?.seats[0];
  if (!place) return [];
  const near = rows
    .flatMap((row) => row.seats)
    .filter((seat) => isFree(seat, mine) && isPlain(seat))
    .sort((a, b) => distance(map, [a], place) - distance(map, [b], place));
  const others = near.slice(0, wish.size - 1);
  return others.length === wish.size - 1 ? labels([place, ...others]) : [];
}

function split(map: SeatMap, rows: Row[], wish: Request, mine: ReadonlySet<string>): string[] {
  const chosen: Seat[] = [];
  const taken = new Set<string>();
  while (chosen.length < wish.size) {
    const open = rows.map((row) => ({
      ...row,
      seats: row.seats.filter((seat) => !taken.has(seat.label)),
    }));
    const block = largest(map, open, { ...wish, size: wish.size - chosen.length }, mine, chosen[0]);
    if (!block) return [];
    chosen.push(...block);
    for (const seat of block) taken.add(seat.label);
  }
  return labels(chosen);
}

function largest(
  map: SeatMap,
  rows: Row[],
  wish: Request,
  mine: ReadonlySet<string>,
  near?: Point,
): Seat[] | undefined {
  for (let size = wish.size; size > 0; size--) {
    const found = blocksOf(map, rows, { ...wish, size }, mine, near)[0];
    if (found) return found.seats;
  }
  return undefined;
}

/** The block of as many seats that is nearest to a choice that cannot stay. */
export function nearest(
  map: SeatMap,
  chosen: readonly string[],
  mine: ReadonlySet<string> = NOBODY,
): string[] {
  const seats = map.seats.filter((seat) => chosen.includes(seat.label));
  if (!seats.length) return [];
  const average = (of: (seat: Seat) => number) =>
    seats.reduce((sum, seat) => sum + of(seat), 0) / seats.length;
  const goal = { line: average((seat) => seat.line), column: average((seat) => seat.column) };
  const accessible = seats.some((seat) => seat.category === "wheelchair");
  const wish = { size: seats.length, accessible };
  const block = blocksOf(map, rowsOf(map), wish, mine, goal)[0];
  return block ? labels(block.seats) : best(map, wish, mine);
}

/** A choice near this one that strands nobody; empty if there is none. */
export function withoutOrphans(
  map: SeatMap,
  chosen: readonly string[],
  mine: ReadonlySet<string> = NOBODY,
): string[] {
  const found = nearest(map, chosen, mine);
  return found.length === chosen.length && !orphans(map, found, mine).length ? found : [];
}

/** A row's free seats, cut into blocks for a party, from the left. For the list. */
export function offers(row: Row, size: number, mine: ReadonlySet<string> = NOBODY): Seat[][] {
  const found: Seat[][] = [];
  for (const run of runsOf(row, mine)) {
    const plain = run.filter(isPlain);
    for (let at = 0; at + size <= plain.length; at += size) {
      const seats = plain.slice(at, at + size);
      if (seats.at(-1)!.column - seats[0]!.column === size - 1) found.push(seats);
    }
  }
  return found;
}

/** Where a key leads from a seat: the same seat where there is nothing. */
export function step(rows: Row[], from: string, key: string): string {
  const y = rows.findIndex((row) => row.seats.some((seat) => seat.label === from));
  const row = rows[y];
  if (!row) return from;
  const x = row.seats.findIndex((seat) => seat.label === from);
  const vertical: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, PageUp: -4, PageDown: 4 };
  const across: Record<string, number> = { ArrowLeft: x - 1, ArrowRight: x + 1, Home: 0, End: -1 };
  if (key in vertical) {
    const target = rows[Math.max(0, Math.min(rows.length - 1, y + vertical[key]!))]!;
    const column = row.seats[x]!.column;
    return target.seats.reduce((a, b) =>
      Math.abs(b.column - column) < Math.abs(a.column - column) ? b : a,
    ).label;
  }
  const next = across[key];
  if (next === undefined || (next < 0 && key !== "End")) return from;
  return row.seats.at(next)?.label ?? from;
}

export type Change = { chosen: string[]; refused?: "taken" | "limit" | "wheelchair" };

/** Chooses a seat or lets it go. With more than the limit, nothing changes. */
export function toggle(
  seat: Seat,
  chosen: readonly string[],
  options: { limit: number; mine: ReadonlySet<string>; accessible: boolean },
): Change {
  if (chosen.includes(seat.label)) {
    return { chosen: chosen.filter((label) => label !== seat.label) };
  }
  const stays = [...chosen];
  if (!isFree(seat, options.mine)) return { chosen: stays, refused: "taken" };
  if (!isPlain(seat) && !options.accessible) return { chosen: stays, refused: "wheelchair" };
  if (chosen.length >= options.limit) return { chosen: stays, refused: "limit" };
  return { chosen: [...stays, seat.label] };
}

/** Those of a choice that somebody else has taken. */
export function lost(map: SeatMap, chosen: readonly string[], mine: ReadonlySet<string>): string[] {
  const free = new Set(map.seats.filter((seat) => isFree(seat, mine)).map((seat) => seat.label));
  return chosen.filter((label) => !free.has(label));
}

export const totalOf = (map: SeatMap, chosen: readonly string[]) =>
  map.seats
    .filter((seat) => chosen.includes(seat.label))
    .reduce((sum, seat) => sum + Number(seat.price), 0);

export type PriceOf = { category: Seat["category"]; price: string };

/** What each kind of seat costs, in the order of the legend. */
export function pricesOf(map: SeatMap): PriceOf[] {
  const order = ["standard", "premium", "recliner", "wheelchair"];
  const found = new Map(map.seats.map((seat) => [seat.category, seat.price]));
  return [...found]
    .map(([category, price]) => ({ category, price }))
    .sort((a, b) => order.indexOf(a.category) - order.indexOf(b.category));
}
