import { describe, expect, it } from "vitest";
import { stretches } from "./draw";

describe("stretches", () => {
  it("breaks the line at gaps and at places that a log axis does not have", () => {
    expect(stretches([0, 1, 2, 3, 4], [1, null, 2, 3, null])).toEqual([
      [0, 1],
      [2, 4],
    ]);
    expect(stretches([Number.NaN, 1, 2], [5, 6, 7])).toEqual([[1, 3]]);
    expect(stretches([], [])).toEqual([]);
  });
});
