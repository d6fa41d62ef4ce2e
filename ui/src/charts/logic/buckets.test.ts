import { describe, expect, it } from "vitest";
import { bucketsFor } from "./buckets";

describe("bucketsFor", () => {
  it("gives a bucket per pixel in steps", () => {
    expect(bucketsFor(310, 4)).toBe(320);
    expect(bucketsFor(1440, 4)).toBe(1440);
  });

  it("is coarser for many runs: their lines hide each other anyway", () => {
    expect(bucketsFor(470, 20)).toBe(480);
    expect(bucketsFor(470, 100)).toBe(160);
  });

  it("stays inside the server's limit, and small for very many runs", () => {
    expect(bucketsFor(9000, 1)).toBe(2000);
    expect(bucketsFor(600, 200)).toBe(160);
    expect(bucketsFor(0, 0)).toBe(160);
  });
});
