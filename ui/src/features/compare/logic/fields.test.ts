import { describe, expect, it } from "vitest";
import { buildFields, type Field, isNumericField, numbersOf } from "./fields";
import { testRun } from "./testRun";

const metric = (last: number | "NaN", min = 0) => ({
  last,
  min,
  max: 9,
  step: 1,
  timestamp_ms: 0,
  points: 2,
});
const find = (fields: Field[], id: string) => fields.find((field) => field.id === id) as Field;

describe("buildFields", () => {
  it("finds the parameters that differ, a missing one among them", () => {
    const fields = buildFields(
      [testRun("a", { params: { lr: "1", x: "1" } }), testRun("b", { params: { lr: "2", x: "1", y: "" } })],
      "last",
    );
    expect(find(fields, "param lr")).toMatchObject({ values: ["1", "2"], differs: true });
    expect(find(fields, "param x").differs).toBe(false);
    expect(find(fields, "param y")).toMatchObject({ values: [null, ""], differs: true });
  });

  it("takes the value of a metric that was asked for, and leaves system metrics out", () => {
    const runs = [testRun("a", { metrics: { loss: metric(3, 1), "system/cpu": metric(1) } })];
    expect(find(buildFields(runs, "min"), "metric loss").values).toEqual([1]);
    expect(find(buildFields(runs, "last"), "metric loss").values).toEqual([3]);
    expect(find(buildFields(runs, "last"), "metric system/cpu")).toBeUndefined();
  });

  it("does not call NaN different from NaN", () => {
    const runs = [
      testRun("a", { metrics: { loss: metric("NaN") } }),
      testRun("b", { metrics: { loss: metric("NaN") } }),
    ];
    expect(find(buildFields(runs, "last"), "metric loss").differs).toBe(false);
  });

  it("keeps the client's own tags out, but for the commit and the note", () => {
    const tags = { "mlflow.user": "x", "mlflow.source.git.commit": "abc", team: "vision" };
    const keys = buildFields([testRun("a", { tags })], "last")
      .filter((f) => f.kind === "tag")
      .map((f) => f.key);
    expect(keys).toEqual(["mlflow.source.git.commit", "team"]);
  });

  it("does not trip over keys that every object has", () => {
    const fields = buildFields([testRun("a", { params: { constructor: "x" } }), testRun("b")], "last");
    expect(find(fields, "param constructor").values).toEqual(["x", null]);
  });
});

describe("numbersOf", () => {
  const field = (values: Field["values"]): Field => ({
    id: "f",
    kind: "param",
    key: "f",
    values,
    differs: true,
  });

  it("reads texts that hold numbers", () => {
    expect(numbersOf(field(["1e-3", "", null, "adam", 4, Number.NaN]))).toEqual([
      0.001,
      null,
      null,
      null,
      4,
      null,
    ]);
  });

  it("tells numeric fields from others", () => {
    expect(isNumericField(field(["1", "2", null]))).toBe(true);
    expect(isNumericField(field(["1", "adam"]))).toBe(false);
    expect(isNumericField(field([null, null]))).toBe(false);
  });
});
