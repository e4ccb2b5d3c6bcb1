/** The rules of choosing seats. Nothing here knows React or the network. */

import type { Taken } from "@moviebooking/api/live";
import type { Schemas } from "@moviebooking/api/server";

export type Seat = Schemas["Seat"];
export type SeatMap = Schemas["SeatMap"];
/** A line of the room, from the left. `row` is its letter on tickets. */
export type Row = { line: number; row: string; seats: Seat[] };
export type Request = { size: number; category?: string | undefined; accessible?: boolean };

const STATES: Record<string, Seat["status"]> = { s: "selected", b: "booked", x: "blocked" };

/** The map as the live map says it is; seats that are the same stay the same objects. */
export function withTaken(map: SeatMap, taken: Taken): SeatMap {
  const seats = map.seats.map((seat) => {
    const status = STATES[taken[seat.label] ?? ""] ?? "available";
    return seat.status === status ? seat : { ...seat, status };
  });
  return { ...map, seats };
}

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

const isPlain = (seat: Seat) => seat.category !== "wheelchair";

const labels = (seats: readonly Seat[]) => seats.map((seat) => seat.label);

const place = (line: number, column: number) => `${line} ${column}`;

type Places = ReadonlyMap<string, Seat>;

/** The free seats by their places. */
const placesOf = (map: SeatMap, mine: ReadonlySet<string>): Places =>
  new Map(
    map.seats
      .filter((seat) => isFree(seat, mine))
      .map((seat) => [place(seat.line, seat.column), seat]),
  );

/** The free seats beside these that have no free neighbor left, as shows/best.py says it. */
function singlesLeft(free: Places, chosen: readonly Seat[]): Seat[] {
  const taken = new Set(chosen.map((seat) => place(seat.line, seat.column)));
  const isLeft = (line: number, column: number) =>
    free.has(place(line, column)) && !taken.has(place(line, column));
  const found = new Map<string, Seat>();
  for (const { line, column } of chosen) {
    for (const beside of [column - 1, column + 1]) {
      const seat = free.get(place(line, beside));
      const isSingle = !isLeft(line, beside - 1) && !isLeft(line, beside + 1);
      if (seat && isLeft(line, beside) && isPlain(seat) && isSingle) found.set(seat.label, seat);
    }
  }
  return [...found.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

const seatsOf = (map: SeatMap, chosen: readonly string[]) =>
  map.seats
    .filter((seat) => chosen.includes(seat.label))
    .sort((a, b) => a.line - b.line || a.column - b.column);

/** Seats that this choice would leave alone between others. */
export const orphans = (
  map: SeatMap,
  chosen: readonly string[],
  mine: ReadonlySet<string> = NOBODY,
): Seat[] => singlesLeft(placesOf(map, mine), seatsOf(map, chosen));

type Rank = (block: readonly Seat[]) => number[];

/** The block with the least rank, compared number by number. */
function least(blocks: readonly Seat[][], rank: Rank): Seat[] | undefined {
  let found: { block: Seat[]; rank: number[] } | undefined;
  for (const block of blocks) {
    const mine = rank(block);
    if (!found || isLess(mine, found.rank)) found = { block, rank: mine };
  }
  return found?.block;
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && a[at]! < b[at]!;
}

/** All blocks of so many of these seats that are side by side. */
function blocksOf(seats: readonly Seat[], party: number): Seat[][] {
  const found: Seat[][] = [];
  let run: Seat[] = [];
  for (const seat of seats) {
    const before = run.at(-1);
    const goesOn = before?.line === seat.line && before.column === seat.column - 1;
    run = goesOn ? [...run, seat] : [seat];
    if (run.length >= party) found.push(run.slice(-party));
  }
  return found;
}

const inOrder = (seats: Iterable<Seat>) =>
  [...seats].sort((a, b) => a.line - b.line || a.column - b.column);

const wheelchairs = (block: readonly Seat[]) => block.filter((seat) => !isPlain(seat)).length;

function fits(seat: Seat, wish: Request): boolean {
  if (!isPlain(seat)) return wish.accessible === true;
  return !wish.category || seat.category === wish.category;
}

/**
 * The best seats for a party, by the rule of shows/best.py, which has the examples for both. If
 * nowhere are so many together, a wheelchair place with the seats nearest to it, or as few blocks as
 * can be, near each other; empty if there are not so many.
 */
export function best(map: SeatMap, wish: Request, mine: ReadonlySet<string> = NOBODY): string[] {
  const together = bestTogether(map, wish, mine);
  if (together.length) return together;
  return labels(wish.accessible ? besideWheelchair(map, wish, mine) : split(map, wish, mine));
}

export function bestTogether(
  map: SeatMap,
  wish: Request,
  mine: ReadonlySet<string> = NOBODY,
): string[] {
  const free = placesOf(map, mine);
  const blocks = blocksOf(
    inOrder(free.values()).filter((seat) => fits(seat, wish)),
    wish.size,
  ).filter((block) => !wish.accessible || wheelchairs(block) > 0);
  const found = least(blocks, (block) => {
    const first = block[0]!;
    const aside = 3 * (2 * first.column + wish.size - map.columns - 2); // sixths of a seat
    const ahead = 6 * first.line - 4 * map.rows - 2; // sixths of a row
    const nearness = aside ** 2 + (2 * ahead) ** 2;
    const singles = singlesLeft(free, block).length;
    return [wheelchairs(block), singles, nearness, -first.line, first.column];
  });
  return labels(found ?? []);
}

type Point = { line: number; column: number };

/** How far the middle of a block is from a point; a row is twice as far as a seat. */
function distance(block: readonly Seat[], goal: Point): number {
  const middle = (block[0]!.column + block.at(-1)!.column) / 2;
  return (middle - goal.column) ** 2 + (2 * (block[0]!.line - goal.line)) ** 2;
}

/** A wheelchair place, and the seats nearest to it. */
function besideWheelchair(map: SeatMap, wish: Request, mine: ReadonlySet<string>): Seat[] {
  const [label] = bestTogether(map, { size: 1, accessible: true }, mine);
  const chair = map.seats.find((seat) => seat.label === label);
  if (!chair) return [];
  const near = map.seats
    .filter((seat) => isFree(seat, mine) && isPlain(seat))
    .sort((a, b) => distance([a], chair) - distance([b], chair))
    .slice(0, wish.size - 1);
  return near.length === wish.size - 1 ? [chair, ...near] : [];
}

function split(map: SeatMap, wish: Request, mine: ReadonlySet<string>): Seat[] {
  const chosen: Seat[] = [];
  let open = inOrder(map.seats).filter((seat) => isFree(seat, mine) && fits(seat, wish));
  while (chosen.length < wish.size) {
    const goal = chosen[0] ?? { line: 1 + ((map.rows - 1) * 2) / 3, column: map.columns / 2 };
    const block = largest(open, wish.size - chosen.length, goal);
    if (!block) return [];
    chosen.push(...block);
    open = open.filter((seat) => !block.includes(seat));
  }
  return inOrder(chosen);
}

function largest(open: readonly Seat[], most: number, goal: Point): Seat[] | undefined {
  for (let size = most; size > 0; size--) {
    const found = least(blocksOf(open, size), (block) => [distance(block, goal)]);
    if (found) return found;
  }
  return undefined;
}

/** The block of as many seats that is nearest to a choice that cannot stay. */
export function nearest(
  map: SeatMap,
  chosen: readonly string[],
  mine: ReadonlySet<string> = NOBODY,
): string[] {
  const seats = seatsOf(map, chosen);
  if (!seats.length) return [];
  const average = (of: (seat: Seat) => number) =>
    seats.reduce((sum, seat) => sum + of(seat), 0) / seats.length;
  const goal = { line: average((seat) => seat.line), column: average((seat) => seat.column) };
  const wish = { size: seats.length, accessible: wheelchairs(seats) > 0 };
  const free = placesOf(map, mine);
  const open = inOrder(free.values()).filter((seat) => fits(seat, wish));
  const blocks = blocksOf(open, wish.size).filter(
    (block) => !wish.accessible || wheelchairs(block) > 0,
  );
  const block = least(blocks, (each) => [
    wheelchairs(each),
    singlesLeft(free, each).length,
    distance(each, goal),
  ]);
  return block ? labels(block) : best(map, wish, mine);
}

const MOST_LINES_AWAY = 2;

/**
 * Seats to choose instead, which leave none single: each part that is side by side stays so, with
 * the same categories, at most two lines away. Empty if these leave none, or nothing else is possible.
 */
export function withoutOrphans(
  map: SeatMap,
  chosen: readonly string[],
  mine: ReadonlySet<string> = NOBODY,
): string[] {
  const free = placesOf(map, mine);
  const seats = seatsOf(map, chosen);
  if (!singlesLeft(free, seats).length) return [];
  const parts = partsOf(seats);
  for (const [index, part] of parts.entries()) {
    const others = parts.filter((each) => each !== part).flat();
    const found = moved(free, part, others);
    if (!found) return [];
    parts[index] = found;
  }
  const all = inOrder(parts.flat());
  return singlesLeft(free, all).length ? [] : labels(all);
}

/** Seats side by side, each run for itself. */
function partsOf(seats: readonly Seat[]): Seat[][] {
  const parts: Seat[][] = [];
  for (const seat of seats) {
    const before = parts.at(-1)?.at(-1);
    if (before?.line === seat.line && before.column === seat.column - 1) parts.at(-1)!.push(seat);
    else parts.push([seat]);
  }
  return parts;
}

function moved(free: Places, part: readonly Seat[], others: readonly Seat[]): Seat[] | undefined {
  const first = part[0]!;
  const kindsOf = (block: readonly Seat[]) =>
    block
      .map((seat) => seat.category)
      .sort()
      .join();
  const near = inOrder(free.values()).filter(
    (seat) => Math.abs(seat.line - first.line) <= MOST_LINES_AWAY && !others.includes(seat),
  );
  const alike = blocksOf(near, part.length).filter((block) => kindsOf(block) === kindsOf(part));
  return least(alike, (block) => {
    const ahead = block[0]!.line - first.line;
    const aside = block[0]!.column - first.column;
    const singles = singlesLeft(free, [...others, ...block]).length;
    return [singles, aside ** 2 + (2 * ahead) ** 2, -block[0]!.line, block[0]!.column];
  });
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
