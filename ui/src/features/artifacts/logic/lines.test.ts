import { describe, expect, it } from "vitest";
import { findLines, LINE_MAX, toLines } from "./lines";

describe("toLines", () => {
  it("reads every kind of line end and has no line behind the last one", () => {
    expect(toLines("a\r\nb\rc\n").map((line) => line.text)).toEqual(["a", "b", "c"]);
    expect(toLines("")).toEqual([]);
    expect(toLines("\n\n").length).toBe(2);
  });

  it("leaves terminal colours out", () => {
    expect(toLines("\u001b[1;31mred\u001b[0m plain")[0]?.text).toBe("red plain");
  });

  it("cuts endless lines and says how much is missing", () => {
    expect(toLines("x".repeat(LINE_MAX + 1500))[0]?.text).toMatch(/… 1,500 more characters$/);
  });
});

describe("findLines", () => {
  it("keeps the numbers of the lines it finds", () => {
    expect(findLines(toLines("one\nTwo\nthree"), "two")).toEqual([{ number: 2, text: "Two" }]);
  });
});
