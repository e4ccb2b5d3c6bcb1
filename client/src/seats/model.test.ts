import { describe, expect, test } from "vitest";
import {
  best,
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

describe("the best seats", () => {
  test("are two thirds back, in the middle and together", () => {
    const map = room(".......", ".......", ".......", ".......");
    expect(best(map, { size: 3 })).toEqual(["C3", "C4", "C5"]);
  });
  test("leave no single seat where another block does not", () => {
    expect(best(room("...."), { size: 3 })).toHaveLength(3);
    expect(best(room("....x...."), { size: 3 })).toHaveLength(3);
    expect(best(room("xx....xx", "xx...xxx", "xxxxxxxx"), { size: 3 })).toEqual(["B3", "B4", "B5"]);
  });
  test("do not reach over an aisle", () => {
    expect(best(room(".. .."), { size: 3 })).toHaveLength(3);
    expect(best(room(".. ...", "xxxxxx"), { size: 3 })).toEqual(["A3", "A4", "A5"]);
  });
  test("leave wheelchair places to who needs one", () => {
    expect(best(room("ww"), { size: 2 })).toEqual([]);
    expect(best(room("w.."), { size: 2, accessible: true })).toEqual(["A1", "A2"]);
  });
  test("are of the category that was asked for", () => {
    expect(best(room("....", "pppp", "...."), { size: 2, category: "premium" })).toEqual([
      "B1",
      "B2",
    ]);
  });
  test("are in few blocks if no row has room", () => {
    expect(best(room("..x..", "xx..x"), { size: 4 })).toHaveLength(4);
    expect(best(room("..x"), { size: 3 })).toEqual([]);
  });
});

describe("a stranded seat", () => {
  test("is one that the choice made single", () => {
    const found = orphans(room("....."), ["A2", "A3"]).map((seat) => seat.label);
    expect(found).toEqual(["A1"]);
  });
  test("is none that was single before", () => {
    expect(orphans(room(".x..."), ["A3", "A4", "A5"])).toEqual([]);
  });
  test("has a better choice near it", () => {
    expect(withoutOrphans(room("....."), ["A2", "A3"])).toHaveLength(2);
    expect(orphans(room("....."), withoutOrphans(room("....."), ["A2", "A3"]))).toEqual([]);
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
