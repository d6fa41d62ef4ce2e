import { describe, expect, it } from "vitest";
import { drawnRuns, setDrawn } from "./drawn";

const TOP = ["a", "b", "c"];
const NOTHING = { hidden: [], shown: [] };

describe("the runs that are drawn", () => {
  it("are the top ones, then those chosen from below, each once", () => {
    expect(drawnRuns(TOP, { hidden: ["b"], shown: ["x", "a"] })).toEqual(["a", "c", "x"]);
  });

  it("forget a choice that is taken back", () => {
    const hidden = setDrawn(NOTHING, ["b"], false, TOP);
    expect(hidden).toEqual({ hidden: ["b"], shown: [] });
    expect(setDrawn(hidden, ["b"], true, TOP)).toEqual(NOTHING);
    const shown = setDrawn(NOTHING, ["x", "a"], true, TOP);
    expect(shown).toEqual({ hidden: [], shown: ["x"] });
    expect(setDrawn(shown, ["x"], false, TOP)).toEqual(NOTHING);
  });
});
