import { describe, expect, it } from "vitest";
import { formatBytes, formatCount, formatExact, formatNumber, plural, toNumber } from "./numbers";

describe("formatNumber", () => {
  it.each([
    [0, "0"],
    [0.5, "0.5"],
    [0.987322187, "0.98732"],
    [0.14750003, "0.14750"],
    [-1.25, "−1.25"],
    [123456.789, "123457"],
    [1234567, "1,234,567"],
    [0.00033, "0.00033"],
    [0.00001234567, "1.2346e-5"],
    [123456789.5, "1.2346e8"],
    [1e21, "1e21"],
    [5e-324, "5e-324"],
  ])("shows %d as %s", (value, shown) => expect(formatNumber(value)).toBe(shown));

  it("names what is no finite number", () => {
    expect(["NaN", "Infinity", "-Infinity"].map((value) => formatNumber(value as "NaN"))).toEqual([
      "NaN",
      "∞",
      "−∞",
    ]);
    expect(formatNumber(null)).toBe("–");
  });

  it("keeps every digit for hovering", () => {
    expect(formatExact(0.1 + 0.2)).toBe("0.30000000000000004");
    expect(formatExact("NaN")).toBe("NaN");
  });
});

it("reads the wire's words for what JSON cannot say", () => {
  expect(toNumber("-Infinity")).toBe(Number.NEGATIVE_INFINITY);
  expect(toNumber(null)).toBeNaN();
});

it("counts in words", () => {
  expect(formatCount(10342)).toBe("10,342");
  expect([0, 1, 2500].map((count) => plural(count, "run"))).toEqual(["0 runs", "1 run", "2,500 runs"]);
});

it("shows bytes in the unit that fits", () => {
  expect([0, 1023, 1536, 120 * 1024 ** 2, 1.4 * 1024 ** 4].map(formatBytes)).toEqual([
    "0 B",
    "1023 B",
    "1.5 KiB",
    "120 MiB",
    "1.4 TiB",
  ]);
});
