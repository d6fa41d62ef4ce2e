import { describe, expect, it } from "vitest";
import { ansiPieces, plainText } from "./ansi";

const ESC = "\u001b";

describe("ansiPieces", () => {
  it("cuts a line where its look changes, and forgets a look when it is told to", () => {
    const pieces = ansiPieces(`plain ${ESC}[1;31mred${ESC}[0m end`);
    expect(pieces.map(({ text, color, bold }) => [text, color, bold])).toEqual([
      ["plain ", null, false],
      ["red", "red", true],
      [" end", null, false],
    ]);
  });

  it("takes bright colours and the first sixteen of 256 for their names, and no others", () => {
    const colors = (codes: string) => ansiPieces(`${ESC}[${codes}mx`).map(({ color }) => color);
    expect(colors("92")).toEqual(["green"]);
    expect(colors("38;5;9")).toEqual(["red"]);
    expect(colors("38;5;200")).toEqual([null]);
    expect(colors("38;2;255;0;0")).toEqual([null]);
    expect(colors("48;5;1;33")).toEqual(["yellow"]);
  });

  it("drops what moves cursors, sets titles or rings", () => {
    expect(plainText(`${ESC}[2K${ESC}[1Aup${ESC}]0;a title\u0007 and\u0007 on`)).toBe("up and on");
    expect(ansiPieces(`${ESC}[`).map(({ text }) => text)).toEqual([]);
  });

  it("shows of a line that was written over and over what was written last", () => {
    expect(plainText("\r 1%\r 50%\r100%")).toBe("100%");
    expect(ansiPieces(`\r${ESC}[32m 1%\r50%${ESC}[0m\r${ESC}[K`).map(({ text }) => text)).toEqual(["50%"]);
  });

  it("keeps markup as the text that it is", () => {
    expect(ansiPieces("<img src=x onerror=alert(1)>")[0]?.text).toBe("<img src=x onerror=alert(1)>");
  });
});
