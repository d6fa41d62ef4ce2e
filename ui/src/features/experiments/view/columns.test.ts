import { describe, expect, it } from "vitest";
import type { ExperimentFields, RunRow } from "@/api/types";
import { aggregateLabel, columnId, descendsFirst, parseColumn } from "./columns";
import { defaultColumns } from "./defaultColumns";

describe("a column's id", () => {
  it.each([
    "metrics.val/acc@max",
    "metrics.recall@10@min",
    "params.lr",
    "params.a.b@last",
    "tags.mlflow.source.name",
    "attributes.duration",
  ])("is read and written alike: %s", (id) => {
    const column = parseColumn(id);
    expect(column).not.toBeNull();
    expect(column && columnId(column)).toBe(id);
  });

  it("takes the last value where the id names no other", () => {
    expect(parseColumn("metrics.recall@10")).toEqual({
      kind: "metrics",
      key: "recall@10",
      aggregate: "last",
    });
  });

  it.each(["", "metrics.", "attributes.no_such", "nothing", "models.x"])("is refused: %j", (id) => {
    expect(parseColumn(id)).toBeNull();
  });
});

describe("the words of a metric column", () => {
  it("say best only of what the name shows to be best", () => {
    expect(aggregateLabel("loss", "min")).toBe("best (min)");
    expect(aggregateLabel("loss", "max")).toBe("max");
    expect(aggregateLabel("q", "min")).toBe("min");
  });

  it("put the best on top at the first click", () => {
    expect(descendsFirst({ kind: "metrics", key: "loss", aggregate: "min" })).toBe(false);
    expect(descendsFirst({ kind: "metrics", key: "acc", aggregate: "last" })).toBe(true);
    expect(descendsFirst({ kind: "metrics", key: "q", aggregate: "min" })).toBe(false);
    expect(descendsFirst({ kind: "params", key: "lr" })).toBe(false);
  });
});

describe("defaultColumns", () => {
  const fields: ExperimentFields = {
    metrics: [
      { key: "system/cpu", runs: 9 },
      { key: "q", runs: 9 },
      { key: "train/loss", runs: 9 },
      { key: "val/acc", runs: 8 },
    ],
    params: [
      { key: "device", runs: 9 },
      { key: "lr", runs: 9 },
    ],
    tags: [],
  };
  const run = (params: Record<string, string>) => ({ params }) as RunRow;

  it("prefers held-out metrics, leaves out system metrics and parameters that are all alike", () => {
    const columns = defaultColumns(fields, [
      run({ device: "cpu", lr: "1" }),
      run({ device: "cpu", lr: "2" }),
    ]);
    expect(columns.map(columnId)).toEqual([
      "attributes.start_time",
      "metrics.val/acc@max",
      "metrics.train/loss@min",
      "metrics.q@last",
      "attributes.duration",
      "params.lr",
    ]);
  });

  it("shows every parameter while there is nothing to compare", () => {
    const ids = defaultColumns(fields, [run({ device: "cpu", lr: "1" })]).map(columnId);
    expect(ids).toContain("params.device");
  });
});
