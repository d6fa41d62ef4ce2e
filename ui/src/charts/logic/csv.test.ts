import { describe, expect, it } from "vitest";
import { curvesCsv, toCsv } from "./csv";

describe("toCsv", () => {
  it("quotes what needs quotes", () => {
    expect(toCsv([["a,b", 'say "x"', "line\nbreak", 1.5]])).toBe('"a,b","say ""x""","line\nbreak",1.5\r\n');
  });

  it("keeps a spreadsheet from running a run's name, and leaves negative numbers alone", () => {
    expect(toCsv([["=HYPERLINK(1)", -2]])).toBe("'=HYPERLINK(1),-2\r\n");
  });
});

describe("curvesCsv", () => {
  it("writes a row per bucket and an empty cell for a gap", () => {
    const run = { runId: "r1", name: "first", color: "#000" };
    const curve = {
      run,
      x: [0, 1],
      mean: [0.5, null],
      min: [0.1, null],
      max: [0.9, null],
      points: 4,
      notFinite: 1,
    };
    expect(curvesCsv("loss", [curve], "relative").split("\r\n")).toEqual([
      "run_id,run_name,metric,time since start (ms),mean,min,max",
      "r1,first,loss,0,0.5,0.1,0.9",
      "r1,first,loss,1,,,",
      "",
    ]);
  });
});
