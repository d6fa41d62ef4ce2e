import { describe, expect, it } from "vitest";
import { deltaTo } from "./delta";

describe("deltaTo", () => {
  it("knows better from worse where the name of the metric says so", () => {
    expect(deltaTo(0.9, 0.8, "max")).toEqual({ text: "+0.100", better: true });
    expect(deltaTo(0.9, 0.8, "min")).toEqual({ text: "+0.100", better: false });
    expect(deltaTo(0.7, 0.8, "min")?.better).toBe(true);
    expect(deltaTo(1, 2, null)).toEqual({ text: "−1", better: null });
  });

  it("is silent about equal and about what cannot be subtracted", () => {
    expect(deltaTo(1, 1, "max")).toBeNull();
    expect(deltaTo(Number.NaN, 1, "max")).toBeNull();
    expect(deltaTo(1, Number.POSITIVE_INFINITY, "max")).toBeNull();
  });
});
