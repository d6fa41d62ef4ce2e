import { describe, expect, it } from "vitest";
import type { Field } from "./fields";
import { tableRows } from "./tableRows";

const field = (kind: Field["kind"], key: string): Field => ({
  id: `${kind} ${key}`,
  kind,
  key,
  values: [],
  differs: true,
});

describe("tableRows", () => {
  it("heads every kind once and says which value of a metric is shown", () => {
    const rows = tableRows([field("param", "a"), field("param", "b"), field("metric", "loss")], "min");
    expect(rows.map((row) => (row.kind === "heading" ? row.text : row.field.key))).toEqual([
      "Parameters",
      "a",
      "b",
      "Metrics (min)",
      "loss",
    ]);
    expect(tableRows([], "last")).toEqual([]);
  });
});
