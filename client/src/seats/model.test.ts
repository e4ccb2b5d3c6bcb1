import { describe, expect, test } from "vitest";
import examples from "../../../shows/tests/best_examples.json";
import {
  best,
  bestTogether,
  lost,
  nearest,
  offers,
  orphans,
  rowsOf,
  type Seat,
  type SeatMap,
  step,
  toggle,
  withoutOrphans,
  withTaken,
} from "./model";

/** `.` free, `x` taken, `h` held, `w` wheelchair, `p` premium, a space is an aisle. Row A is the front. */
function room(...lines: string[]): SeatMap {
  const seats = lines.flatMap((line, y) => {
    let number = 0;
    return [...line].flatMap((sign, x): Seat[] => {
      if (sign === " ") return [];
      number += 1;
      const row = String.fromCharCode(65 + y);
      const category = sign === "w" ? "wheelchair" : sign === "p" ? "premium" : "standard";
      const status = sign === "x" ? "booked" : sign === "h" ? "selected" : "available";
      const place = { row, number, line: y + 1, column: x + 1 };
      return [{ ...place, label: `${row}${number}`, category, status, price: "10.00" }];
    });
  });
  const columns = Math.max(...lines.map((line) => line.length));
  return { show: 1, rows: lines.length, columns, currency: "EUR", seats };
}

const OPEN = { limit: 10, mine: new Set<string>(), accessible: false };

const CATEGORIES: Record<string, Seat["category"]> = {
  p: "premium",
  r: "recliner",
  w: "wheelchair",
};

/** A map of the examples that the server's tests have, too: small letters are free, `_` is a gap. */
function shared(lines: string[]): SeatMap {
  let rows = 0;
  const seats = lines.flatMap((kinds, y) => {
    if (!kinds.replaceAll("_", "")) return [];
    const row = String.fromCharCode(65 + rows++);
    let number = 0;
    return [...kinds].flatMap((kind, x): Seat[] => {
      if (kind === "_") return [];
      number += 1;
      const isFree = kind === kind.toLowerCase() && kind !== "x";
      const category = CATEGORIES[kind.toLowerCase()] ?? "standard";
      const status = isFree ? "available" : "booked";
      const place = { row, number, line: y + 1, column: x + 1, price: "10.00" };
      return [{ ...place, label: `${row}${number}`, category, status }];
    });
  });
  const columns = lines[0]!.length;
  return { show: 1, rows: lines.length, columns, currency: "EUR", seats };
}

const names = (seats: Seat[]) => seats.map((seat) => seat.label);

describe("the best seats, as the server says:", () => {
  test.each(examples.best)("$name", ({ map, party, best: expected, singles, ...wish }) => {
    const found = bestTogether(shared(map), { size: party, ...wish });
    expect(found).toEqual(expected);
    expect(names(orphans(shared(map), found))).toEqual(singles);
  });
});

describe("a choice that leaves a single seat, as the server says:", () => {
  test.each(examples.single)("$name", ({ map, choice, singles, instead }) => {
    expect(names(orphans(shared(map), choice))).toEqual(singles);
    expect(withoutOrphans(shared(map), choice)).toEqual(instead);
  });
});

describe("where nowhere are so many together", () => {
  test("the party is split over few blocks near each other", () => {
    expect(best(room("..x..", "xx..x"), { size: 4 })).toEqual(["A1", "A2", "B3", "B4"]);
    expect(best(room("..x"), { size: 3 })).toEqual([]);
  });
  test("the others sit near the wheelchair place", () => {
    expect(best(room("w x", "..x"), { size: 3, accessible: true })).toEqual(["A1", "B1", "B2"]);
  });
});

describe("when somebody else takes a seat", () => {
  test("it is lost, unless I hold it", () => {
    const map = room(".hx");
    expect(lost(map, ["A1", "A2", "A3"], new Set())).toEqual(["A2", "A3"]);
    expect(lost(map, ["A1", "A2", "A3"], new Set(["A2"]))).toEqual(["A3"]);
  });
  test("the nearest block takes its place", () => {
    expect(nearest(room(".....", "x....", "....."), ["B1", "B2"])).toEqual(["B2", "B3"]);
  });
});

test("what the live map tells is what seats are", () => {
  const map = withTaken(room(".xh."), { A1: "b", A2: "", A4: "s" });
  expect(map.seats.map((seat) => seat.status)).toEqual([
    "booked",
    "available",
    "available",
    "selected",
  ]);
});

describe("the keys", () => {
  const rows = rowsOf(room("... ...", ".......", ".. ..."));
  test.each([
    ["A1", "ArrowRight", "A2"],
    ["A1", "ArrowLeft", "A1"],
    ["A3", "ArrowRight", "A4"],
    ["A4", "ArrowDown", "B5"],
    ["B4", "ArrowUp", "A3"],
    ["B3", "Home", "B1"],
    ["B3", "End", "B7"],
    ["A1", "PageDown", "C1"],
    ["C1", "PageUp", "A1"],
    ["A1", "x", "A1"],
  ])("from %s by %s to %s", (from, key, to) => {
    expect(step(rows, from, key)).toBe(to);
  });
});

describe("a click", () => {
  const map = room(".xw");
  const [free, taken, chair] = map.seats as [Seat, Seat, Seat];
  test("chooses, and lets go", () => {
    expect(toggle(free, [], OPEN)).toEqual({ chosen: ["A1"] });
    expect(toggle(free, ["A1"], OPEN)).toEqual({ chosen: [] });
  });
  test("on a taken seat says so", () => {
    expect(toggle(taken, [], OPEN).refused).toBe("taken");
  });
  test("on a wheelchair place asks first", () => {
    expect(toggle(chair, [], OPEN).refused).toBe("wheelchair");
    expect(toggle(chair, [], { ...OPEN, accessible: true }).chosen).toEqual(["A3"]);
  });
  test("beyond the limit changes nothing", () => {
    expect(toggle(free, ["B1"], { ...OPEN, limit: 1 })).toEqual({
      chosen: ["B1"],
      refused: "limit",
    });
  });
});

test("the list cuts rows into blocks for the party", () => {
  const map = room("......");
  const found = offers(rowsOf(map)[0]!, 2).map((seats) => seats.map((seat) => seat.label));
  expect(found[0]).toEqual(["A1", "A2"]);
  expect(found).toHaveLength(3);
});
