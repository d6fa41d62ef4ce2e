import { describe, expect, it } from "vitest";
import { testFields } from "@/lib/testFields";
import { aggregateLabel, columnId, descendsFirst, neededBy, parseColumn } from "./columns";
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
  const fields = testFields(
    [
      ["system/cpu", 9],
      ["q", 9],
      ["train/loss", 9],
      ["val/acc", 8],
    ],
    [
      ["device", 9],
      ["lr", 9, true],
    ],
  );

  it("prefers held-out metrics, leaves out system metrics and parameters that are all alike", () => {
    expect(defaultColumns(fields).map(columnId)).toEqual([
      "attributes.start_time",
      "metrics.val/acc@max",
      "metrics.train/loss@min",
      "metrics.q@last",
      "attributes.duration",
      "params.lr",
    ]);
  });

  it("shows every parameter while there is nothing to compare", () => {
    const ids = defaultColumns(testFields([], [["device", 1]])).map(columnId);
    expect(ids).toContain("params.device");
  });

  it("keeps its first choice while metrics come", () => {
    const first = defaultColumns(testFields([["q", 1]]));
    const ids = defaultColumns(fields, first).map(columnId);
    expect(ids.slice(1, 4)).toEqual(["metrics.q@last", "metrics.val/acc@max", "metrics.train/loss@min"]);
  });
});

describe("neededBy", () => {
  it("is the same for every order and choice of values, so that nothing is fetched again", () => {
    const columns = ["metrics.b@min", "params.lr", "metrics.a@max", "metrics.b@last", "attributes.duration"];
    const parsed = columns.flatMap((id) => parseColumn(id) ?? []);
    expect(neededBy(parsed)).toEqual({ metrics: ["a", "b"], params: ["lr"], tags: [] });
    expect(neededBy([...parsed].reverse())).toEqual(neededBy(parsed));
  });
});
