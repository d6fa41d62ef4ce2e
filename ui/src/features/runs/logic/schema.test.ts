import { describe, expect, it } from "vitest";
import { profileFacts, schemaColumns, sourceText } from "./schema";

describe("schemaColumns", () => {
  it("reads columns, with nested types", () => {
    const schema = JSON.stringify({
      mlflow_colspec: [
        { type: "double", name: "x", required: true },
        { type: "array", items: { type: "string" }, name: "words", required: false },
        { type: "long" },
      ],
    });
    expect(schemaColumns(schema)).toEqual([
      { name: "x", type: "double", required: true },
      { name: "words", type: "array of string", required: false },
      { name: "column 2", type: "long", required: null },
    ]);
  });

  it("reads tensors with their shapes", () => {
    const tensor = { type: "tensor", "tensor-spec": { dtype: "float64", shape: [-1, 64] } };
    expect(
      schemaColumns(JSON.stringify({ mlflow_tensorspec: { features: [tensor], targets: tensor } })),
    ).toEqual([
      { name: "features", type: "float64[-1,64]", required: null },
      { name: "targets", type: "float64[-1,64]", required: null },
    ]);
  });

  it("leaves what it does not know to be shown as it is", () => {
    expect(schemaColumns(null)).toBeNull();
    expect(schemaColumns("{broken")).toBeNull();
    expect(schemaColumns('{"other": 1}')).toBeNull();
  });
});

describe("sourceText", () => {
  it.each([
    ['{"url": "https://example.com/d.csv"}', "https://example.com/d.csv"],
    ['{"uri": "s3://bucket/d"}', "s3://bucket/d"],
    ['{"path": "squad", "revision": null}', "squad"],
    ['{"tags": {"mlflow.source.name": "train.py", "mlflow.user": "me"}}', "train.py"],
    ['{"other": 1}', '{"other": 1}'],
    ["plain", "plain"],
  ])("makes %s readable", (source, text) => {
    expect(sourceText(source)).toBe(text);
  });
});

describe("profileFacts", () => {
  it("makes words of keys", () => {
    expect(profileFacts('{"num_rows": 1797, "shape": [1, 2]}')).toEqual([
      ["rows", "1,797"],
      ["shape", "[1,2]"],
    ]);
    expect(profileFacts("free text")).toEqual([["profile", "free text"]]);
    expect(profileFacts(null)).toEqual([]);
  });
});
