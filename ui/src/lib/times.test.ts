import { describe, expect, it } from "vitest";
import { formatAgo, formatDate, formatDateTime, formatDuration } from "./times";

describe("formatDuration", () => {
  it.each([
    [0, "0 ms"],
    [840.4, "840 ms"],
    [59_999, "59.9 s"],
    [245_000, "4m 05s"],
    [3_600_000, "1h 00m"],
    [273_600_000, "3d 4h"],
    [-5, "0 ms"],
    [null, "–"],
  ])("shows %s ms as %s", (ms, shown) => expect(formatDuration(ms)).toBe(shown));
});

describe("formatAgo", () => {
  const now = new Date(2026, 2, 8, 14, 3, 22).getTime();
  it.each([
    [0, "just now"],
    [-20_000, "just now"],
    [60_000, "1 min ago"],
    [59.6 * 60_000, "1 h ago"],
    [23.9 * 3_600_000, "23 h ago"],
    [13 * 86_400_000, "13 d ago"],
  ])("says of %d ms before now: %s", (age, shown) => expect(formatAgo(now - age, now)).toBe(shown));

  it("gives the date of what is long ago, or ahead", () => {
    expect(formatAgo(now - 20 * 86_400_000, now)).toBe("2026-02-16");
    expect(formatAgo(now + 86_400_000, now)).toBe("2026-03-09");
    expect(formatAgo(null, now)).toBe("–");
  });

  it("survives times that no calendar has", () => {
    expect(formatDate(1e18)).toBe("–");
    expect(formatDateTime(Number.NaN)).toBe("–");
  });
});
