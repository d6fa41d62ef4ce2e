import { describe, expect, it } from "vitest";
import { toRows } from "./rows";

describe("toRows", () => {
  it("joins runs by x and tells a gap from nothing", () => {
    const run = { runId: "a", name: "a", color: "#000" };
    const curve = (x: number[], mean: (number | null)[]) => ({
      run,
      x,
      mean,
      min: mean,
      max: mean,
      points: 2,
      notFinite: 0,
    });
    const { x, cells } = toRows([curve([0, 2], [1, null]), curve([1, 2], [5, 6])]);
    expect(x).toEqual([0, 1, 2]);
    expect(cells).toEqual([
      [1, undefined, null],
      [undefined, 5, 6],
    ]);
  });
});
