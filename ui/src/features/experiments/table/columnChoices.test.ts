import { describe, expect, it } from "vitest";
import type { Column } from "../view/columns";
import { choicesOf, isChosen, toggleColumn } from "./columnChoices";

const FIELDS = {
  metrics: [{ key: "val/acc", runs: 2 }],
  params: [
    { key: "lr", runs: 2 },
    { key: "accum", runs: 1 },
  ],
  tags: [],
};

describe("the choice of columns", () => {
  it("lists the fields that hold the text, under the headings that have any", () => {
    expect(choicesOf(FIELDS, "ACC").map((row) => row.label)).toEqual([
      "Metrics",
      "val/acc",
      "Parameters",
      "accum",
    ]);
    expect(choicesOf(FIELDS, "zzz")).toEqual([]);
  });

  it("knows a metric by its name, whichever value the column shows", () => {
    const shown: Column[] = [{ kind: "metrics", key: "val/acc", aggregate: "min" }];
    const row = choicesOf(FIELDS, "val")[1];
    if (row === undefined) throw new Error("no row");
    expect(isChosen(row, shown)).toBe(true);
    expect(toggleColumn(row, shown)).toEqual([]);
    expect(toggleColumn(row, [])).toEqual([{ kind: "metrics", key: "val/acc", aggregate: "max" }]);
  });
});
