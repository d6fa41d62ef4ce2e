import { describe, expect, it } from "vitest";
import type { BinnedSeries } from "@/api/types";
import { extentOf, SPARK_WIDTH, sparkPath } from "./sparkPath";

function series(x: number[], mean: (number | null)[]): BinnedSeries {
  return { run_id: "r", key: "k", points: x.length, x, min: mean, max: mean, mean, last: mean, nan: 0 };
}

describe("sparkPath", () => {
  it("rises to the top and spans the width", () => {
    expect(sparkPath(series([0, 10], [0, 1]), 0, 10)).toBe(`M1.5,16.5L${SPARK_WIDTH - 1.5},1.5`);
  });

  it("is short for a run that ended early, and level where nothing changes", () => {
    expect(sparkPath(series([0, 5], [3, 3]), 0, 10)).toBe("M1.5,9.0L26.0,9.0");
  });

  it("leaves out what is no number, and is nothing without two that are", () => {
    expect(sparkPath(series([0, 1, 2], [1, null, 2]), 0, 2)?.split("L")).toHaveLength(2);
    expect(sparkPath(series([0, 1], [1, null]), 0, 1)).toBeNull();
    expect(sparkPath(series([], []), 0, 1)).toBeNull();
  });
});

it("all series share their first and last step", () => {
  expect(extentOf([series([3, 9], [1, 1]), series([], []), series([1, 4], [1, 1])])).toEqual([1, 9]);
});
