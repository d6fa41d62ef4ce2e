import { describe, expect, it } from "vitest";
import { hexLines } from "./hex";

describe("hexLines", () => {
  it("shows address, bytes and printable signs, the last line padded", () => {
    const lines = hexLines(new Uint8Array([...Array(16).keys()].map((i) => i + 60).concat([0, 255])));
    expect(lines).toEqual([
      "00000000  3c 3d 3e 3f 40 41 42 43 44 45 46 47 48 49 4a 4b  <=>?@ABCDEFGHIJK",
      `00000010  00 ff${" ".repeat(42)}  ··`,
    ]);
    expect(hexLines(new Uint8Array())).toEqual([]);
  });
});
