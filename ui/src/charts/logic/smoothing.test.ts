import { describe, expect, it } from "vitest";
import { smooth } from "./smoothing";

describe("smooth", () => {
  it("returns the values themselves at weight 0", () => {
    expect(smooth([1, 5, 2], 0)).toEqual([1, 5, 2]);
  });

  it("starts at the first value, without a pull towards zero", () => {
    const [first, second] = smooth([10, 20], 0.9);
    expect(first).toBeCloseTo(10, 10);
    // (0.9 * 0.1 * 10 + 0.1 * 20) / (1 - 0.81), TensorBoard's formula by hand.
    expect(second).toBeCloseTo(2.9 / 0.19, 10);
  });

  it("keeps a constant exactly constant", () => {
    const constant = Array.from({ length: 500 }, () => 0.1);
    expect(smooth(constant, 0.97)).toEqual(constant);
  });

  it("keeps gaps and carries the average across them", () => {
    const smoothed = smooth([1, null, 3], 0.5);
    expect(smoothed[1]).toBeNull();
    expect(smoothed[2]).toBeCloseTo((0.25 + 1.5) / 0.75, 10);
  });

  it("gives a binned curve the height of the same curve unbinned", () => {
    const raw = Array.from({ length: 400 }, (_, i) => 1 / (1 + i / 40));
    const binned = Array.from({ length: 100 }, (_, i) => {
      const four = raw.slice(i * 4, i * 4 + 4);
      return four.reduce((a, b) => a + b, 0) / 4;
    });
    const fine = smooth(raw, 0.9);
    const coarse = smooth(binned, 0.9, 4);
    expect(coarse[99]).toBeCloseTo(fine[399] as number, 2);
  });

  it("stays between the smallest and the largest value", () => {
    const noisy = Array.from({ length: 300 }, (_, i) => Math.sin(i * 12.9898) * 7);
    for (const value of smooth(noisy, 0.8)) expect(Math.abs(value as number)).toBeLessThanOrEqual(7);
  });
});
