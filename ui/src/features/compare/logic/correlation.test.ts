import { describe, expect, it } from "vitest";
import { correlation } from "./correlation";

describe("correlation", () => {
  it("is 1 for anything that only rises, however bent", () => {
    expect(correlation([1, 2, 3, 4], [1, 10, 100, 1000]).rank).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 3], [3, 2, 1]).rank).toBeCloseTo(-1, 12);
  });

  it("gives equal values equal ranks", () => {
    // By hand: ranks (0.5, 0.5, 2, 3) and (0, 1, 2, 3).
    expect(correlation([1, 1, 2, 3], [1, 2, 3, 4]).rank).toBeCloseTo(0.9486832981, 9);
  });

  it("counts only runs that have both, and says nothing about too few or constant ones", () => {
    expect(correlation([1, null, 3], [1, 2, 3])).toEqual({ rank: null, runs: 2 });
    expect(correlation([5, 5, 5], [1, 2, 3]).rank).toBeNull();
  });
});
