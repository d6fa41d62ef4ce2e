import { describe, expect, it } from "vitest";
import { isNumeric, parseTable } from "./csv";

describe("parseTable", () => {
  it("reads quotes, doubled quotes and line ends inside quotes", () => {
    expect(parseTable('a,b\r\n"x, y","say ""hi"""\r\n"two\nlines",\r\n')).toEqual({
      header: ["a", "b"],
      rows: [
        ["x, y", 'say "hi"'],
        ["two\nlines", ""],
      ],
    });
  });

  it("finds tabs, semicolons and bars by the header, and skips a byte-order mark", () => {
    expect(parseTable("\uFEFFa\tb\n1\t2,5").rows).toEqual([["1", "2,5"]]);
    expect(parseTable("a;b;c\n1;2;3").header).toEqual(["a", "b", "c"]);
    expect(parseTable("a|b\n1|2").rows).toEqual([["1", "2"]]);
  });

  it("keeps short and long rows as they are and drops empty lines", () => {
    expect(parseTable("a,b\n1\n\n1,2,3\n").rows).toEqual([["1"], ["1", "2", "3"]]);
  });

  it("survives a quote that is never closed, and text behind a closing quote", () => {
    expect(parseTable('a,b\n"open,1').rows).toEqual([["open,1"]]);
    expect(parseTable('a,b\n"x"y,2').rows).toEqual([["xy", "2"]]);
  });

  it("has no header in an empty file", () => {
    expect(parseTable("")).toEqual({ header: [], rows: [] });
  });

  it("reads 50,000 rows in a moment", () => {
    const text = `a,b,c\n${'1,2.5,"x"\n'.repeat(50_000)}`;
    const started = performance.now();
    expect(parseTable(text).rows.length).toBe(50_000);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("isNumeric", () => {
  it("tells numbers from text and ignores empty cells", () => {
    const rows = [
      ["1", "a", ""],
      ["-2.5e3", "1", ""],
      ["NaN", "2", ""],
      ["", "3", ""],
    ];
    expect([0, 1, 2].map((column) => isNumeric(rows, column))).toEqual([true, false, false]);
  });
});
