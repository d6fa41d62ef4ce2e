import { describe, expect, it } from "vitest";
import type { InputParameter } from "@/api/pipelines/types";
import { fieldsOf, neededArtifacts, parametersOf, textsOf } from "./form";

const fields = (parameters: Record<string, InputParameter>) =>
  fieldsOf({ root: { inputDefinitions: { parameters } } });

const ALL = fields({
  rows: { parameterType: "NUMBER_INTEGER", defaultValue: 100 },
  name: { parameterType: "STRING" },
  lrs: { parameterType: "LIST", defaultValue: [0.1, 0.2] },
  options: { parameterType: "STRUCT", isOptional: true },
  deep: { parameterType: "BOOLEAN", defaultValue: false },
  size: { parameterType: "STRING", literals: ["small", "large"] },
});

describe("the form of a run", () => {
  it("asks first for what has no default, and shows defaults as one would write them", () => {
    expect(ALL.map(({ name, initial, optional }) => [name, initial, optional])).toEqual([
      ["name", "", false],
      ["size", "", false],
      ["rows", "100", true],
      ["lrs", "[0.1,0.2]", true],
      ["options", "", true],
      ["deep", "false", true],
    ]);
    expect(ALL[1]?.choices).toEqual(["small", "large"]);
  });

  it("sends what was written, each as its type, and leaves defaults to the server", () => {
    const texts = { name: " x ", size: "large", lrs: "[1]", options: '{"a": null}', deep: "true" };
    expect(parametersOf(ALL, texts)).toEqual({
      parameters: { name: " x ", size: "large", lrs: [1], options: { a: null }, deep: true },
      errors: {},
    });
  });

  it("says what is wrong, and where", () => {
    const texts = { rows: "1.5", lrs: '{"a": 1}', options: "[", name: "" };
    expect(parametersOf(ALL, texts).errors).toEqual({
      size: "This is needed",
      rows: "Write a whole number",
      lrs: 'Write a JSON list: [1, 2] or ["a", "b"]',
      options: 'Write a JSON object: {"key": 1}',
    });
    expect(parametersOf(fields({ n: { parameterType: "NUMBER_DOUBLE" } }), { n: "1e-3" }).parameters).toEqual(
      {
        n: 0.001,
      },
    );
  });

  it("knows which artifacts a run could not be given", () => {
    const artifacts = { data: {}, more: { isOptional: true } };
    expect(neededArtifacts({ root: { inputDefinitions: { artifacts } } })).toEqual(["data"]);
  });
});

it("fills the form in with what an earlier run was given", () => {
  const fields = fieldsOf({
    root: {
      inputDefinitions: {
        parameters: {
          rates: { parameterType: "LIST", defaultValue: [1] },
          rows: { parameterType: "NUMBER_INTEGER", defaultValue: 20 },
        },
      },
    },
  });
  const texts = textsOf(fields, { rates: [0.1, 0.2], gone: true });
  expect(texts).toEqual({ rates: "[0.1,0.2]" });
  expect(parametersOf(fields, texts).parameters).toEqual({ rates: [0.1, 0.2] });
});
