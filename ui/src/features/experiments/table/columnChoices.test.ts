import { describe, expect, it } from "vitest";
import { testFields } from "@/lib/testFields";
import type { Column } from "../view/columns";
import { choicesOf, isChosen, shownAggregates, toggleAggregate, toggleColumn } from "./columnChoices";

const FIELDS = testFields(
  [["val/acc", 2]],
  [
    ["lr", 2],
    ["accum", 1],
  ],
);

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

  it("puts more values of a metric beside the first, and takes them away", () => {
    const row = choicesOf(FIELDS, "val")[1];
    if (row === undefined) throw new Error("no row");
    const lr: Column = { kind: "params", key: "lr" };
    const both = toggleAggregate(row, "last", [{ kind: "metrics", key: "val/acc", aggregate: "max" }, lr]);
    expect(shownAggregates(row, both)).toEqual(["max", "last"]);
    expect(both.at(-1)).toEqual(lr);
    expect(toggleAggregate(row, "max", both)).toEqual([
      { kind: "metrics", key: "val/acc", aggregate: "last" },
      lr,
    ]);
    expect(shownAggregates(row, [lr])).toBeNull();
  });

  it("says when fields are left out", () => {
    const many = { ...FIELDS, totals: { ...FIELDS.totals, metrics: 12_000 } };
    expect(choicesOf(many, "val")[0]?.label).toBe("Metrics: 1 of 12,000");
  });
});
