import { describe, expect, it } from "vitest";
import { domainOf, logScale } from "./scales";

const LINEAR = { log: false };
const LOG = { log: true };

describe("domainOf", () => {
  it("has no range when nothing can be drawn", () => {
    expect(domainOf([], LINEAR)).toBeNull();
    expect(domainOf([Number.NaN, Number.POSITIVE_INFINITY], LINEAR)).toBeNull();
    expect(domainOf([0, -1], LOG)).toBeNull();
  });

  it("leaves a little air around the values", () => {
    const domain = domainOf([0, 100], LINEAR);
    expect(domain).toMatchObject({ lo: -4, hi: 104, nonPositive: 0, outside: 0 });
  });

  it("gives a constant a range around it", () => {
    const domain = domainOf([5, 5, 5], LINEAR);
    expect(domain?.lo).toBeLessThan(5);
    expect(domain?.hi).toBeGreaterThan(5);
    expect(domainOf([0], LINEAR)).toMatchObject({ lo: -1, hi: 1 });
  });

  it("counts what a log axis cannot show and leaves it out of the range", () => {
    const domain = domainOf([-3, 0, 0.01, 100], LOG);
    expect(domain?.nonPositive).toBe(2);
    expect(domain?.lo).toBeGreaterThan(0.001);
    expect(domain?.lo).toBeLessThan(0.01);
    expect(domain?.hi).toBeGreaterThan(100);
  });

  it("gives a single value on a log axis a decade", () => {
    const domain = domainOf([10], LOG);
    expect((domain?.hi ?? 0) / (domain?.lo ?? 1)).toBeCloseTo(10, 6);
  });

  it("ignores outliers and says how many lie outside", () => {
    const values = [...Array.from({ length: 100 }, (_, i) => i / 100), 1e9];
    const domain = domainOf(values, { log: false, ignoreOutliers: true });
    expect(domain?.hi).toBeLessThan(2);
    expect(domain?.outside).toBeGreaterThan(0);
  });

  it("does not call anything an outlier among a handful of values", () => {
    expect(domainOf([1, 2, 1000], { log: false, ignoreOutliers: true })?.outside).toBe(0);
  });

  it("stays finite at the ends of the doubles", () => {
    const domain = domainOf([-Number.MAX_VALUE, Number.MAX_VALUE], LINEAR);
    expect(Number.isFinite(domain?.lo)).toBe(true);
    expect(Number.isFinite(domain?.hi)).toBe(true);
  });
});

describe("logScale", () => {
  it("is its own way back", () => {
    expect(logScale.from(logScale.to(0.003))).toBeCloseTo(0.003, 12);
  });
});
