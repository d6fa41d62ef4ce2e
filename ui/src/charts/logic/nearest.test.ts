import { describe, expect, it } from "vitest";
import { closestTo, nearestIndex, readingsAt } from "./nearest";

describe("nearestIndex", () => {
  it("finds the nearer neighbour and takes the earlier on a tie", () => {
    expect(nearestIndex([0, 10, 20], 14)).toBe(1);
    expect(nearestIndex([0, 10, 20], 16)).toBe(2);
    expect(nearestIndex([0, 10], 5)).toBe(0);
  });

  it("stays at the ends", () => {
    expect(nearestIndex([3, 4], -100)).toBe(0);
    expect(nearestIndex([3, 4], 100)).toBe(1);
    expect(nearestIndex([], 1)).toBe(-1);
  });
});

describe("readingsAt", () => {
  const curves = [
    { id: "low", x: [0, 1, 2], y: [1, 1, 1] },
    { id: "high", x: [0, 1, 2], y: [5, 6, 7] },
    { id: "short", x: [0, 1], y: [9, 9] },
  ];

  it("sorts by value, largest first", () => {
    expect(readingsAt(curves, 1, 0.5).map((r) => r.id)).toEqual(["short", "high", "low"]);
  });

  it("leaves out a curve that has ended", () => {
    expect(readingsAt(curves, 2, 0.5).map((r) => r.id)).toEqual(["high", "low"]);
  });

  it("steps over a gap to the nearest value", () => {
    const gap = [{ id: "a", x: [0, 1, 2], y: [1, null, 3] }];
    expect(readingsAt(gap, 1, 5)).toEqual([{ id: "a", index: 0, x: 0, y: 1 }]);
  });

  it("has nothing for a curve without values", () => {
    expect(readingsAt([{ id: "a", x: [0], y: [null] }], 0, 1)).toEqual([]);
  });
});

describe("closestTo", () => {
  it("picks the curve under the pointer", () => {
    const readings = readingsAt(
      [
        { id: "a", x: [0], y: [1] },
        { id: "b", x: [0], y: [3] },
      ],
      0,
      1,
    );
    expect(closestTo(readings, 2.9, (y) => y)).toBe("b");
    expect(closestTo([], 0, (y) => y)).toBeNull();
  });
});
