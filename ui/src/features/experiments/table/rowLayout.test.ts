import { describe, expect, it } from "vitest";
import { layoutRows, type Place, windowsFor } from "./rowLayout";

function text(place: Place): string {
  return place.kind === "run" ? String(place.index) : `${place.parent}.${place.offset}`;
}

describe("layoutRows", () => {
  it("is the list itself while nothing is unfolded", () => {
    const layout = layoutRows(100_000, []);
    expect(layout.count).toBe(100_000);
    expect(layout.placeOf(99_999)).toEqual({ kind: "run", index: 99_999 });
  });

  it("puts rows under every unfolded run, in whatever order they were unfolded", () => {
    const layout = layoutRows(4, [
      { index: 2, rows: 1 },
      { index: 0, rows: 2 },
    ]);
    const rows = Array.from({ length: layout.count }, (_, row) => text(layout.placeOf(row)));
    expect(rows).toEqual(["0", "0.0", "0.1", "1", "2", "2.0", "3"]);
    expect([0, 1, 2, 3].map(layout.rowOf)).toEqual([0, 3, 4, 6]);
  });

  it("ignores what is unfolded beyond the end or has nothing under it", () => {
    const layout = layoutRows(2, [
      { index: 5, rows: 3 },
      { index: 1, rows: 0 },
    ]);
    expect(layout.count).toBe(2);
    expect(text(layout.placeOf(1))).toBe("1");
  });
});

describe("windowsFor", () => {
  it("asks for the first window before the total is known", () => {
    expect(windowsFor(0, -1, 0, 100)).toEqual([0]);
  });

  it("covers the rows that show, and nothing beyond the end", () => {
    expect(windowsFor(95, 130, 10_342, 100)).toEqual([0, 1]);
    expect(windowsFor(10_300, 10_400, 10_342, 100)).toEqual([103]);
  });
});
