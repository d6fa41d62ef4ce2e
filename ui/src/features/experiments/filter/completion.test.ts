import { describe, expect, it } from "vitest";
import { testFields } from "@/lib/testFields";
import { applySuggestion, complete, filterFromText } from "./completion";

const FIELDS = testFields(
  [
    ["loss", 3],
    ["val/acc", 2],
  ],
  [["lr", 3]],
  [["mlflow.user", 3]],
);

function labels(text: string, caret = text.length): string[] {
  return complete(text, caret, FIELDS).suggestions.map((one) => one.label);
}

function taken(text: string, label: string): string {
  const completion = complete(text, text.length, FIELDS);
  const found = completion.suggestions.find((one) => one.label === label);
  if (found === undefined) throw new Error(`${label} is not offered for ${text}`);
  return applySuggestion(text, completion, found)[0];
}

describe("completion", () => {
  it("offers every field to an empty box, metrics first", () => {
    expect(labels("").slice(0, 3)).toEqual(["metrics.loss", "metrics.val/acc", "params.lr"]);
    expect(labels("")).toContain("attributes.status");
    expect(labels("")).toContain("datasets.digest");
  });

  it("finds a field by its bare name", () => {
    expect(labels("ac")[0]).toBe("metrics.val/acc");
    expect(labels("params.lr < 1 and lo")[0]).toBe("metrics.loss");
  });

  it("puts backticks round keys that need them", () => {
    expect(taken("acc", "metrics.val/acc")).toBe("metrics.`val/acc` ");
    expect(taken("us", "tags.mlflow.user")).toBe("tags.`mlflow.user` ");
  });

  it("offers operators after a field, fit for its kind", () => {
    expect(labels("metrics.loss ")).toEqual(["<", "<=", ">", ">=", "=", "!="]);
    expect(labels("params.lr ")).toEqual(["=", "!=", "LIKE", "ILIKE", "IN"]);
  });

  it("offers the states a run can have", () => {
    expect(taken("attributes.status = ", "FAILED")).toBe("attributes.status = 'FAILED' ");
  });

  it("offers to go on after a condition, and keeps silent inside a text", () => {
    expect(labels("metrics.loss < 0.5 ")).toEqual(["AND"]);
    expect(labels("params.lr = 'lo")).toEqual([]);
  });

  it("replaces the word around the caret only", () => {
    const text = "lo < 1 AND params.lr = '2'";
    const completion = complete(text, 2, FIELDS);
    const first = completion.suggestions[0];
    expect(first && applySuggestion(text, completion, first)).toEqual([
      "metrics.loss < 1 AND params.lr = '2'",
      13,
    ]);
  });
});

describe("filterFromText", () => {
  it("takes a plain word for a name", () => {
    expect(filterFromText(" adam ")).toBe("attributes.run_name ILIKE '%adam%'");
    expect(filterFromText("it's")).toBe('attributes.run_name ILIKE "%it\'s%"');
  });

  it("leaves the grammar as it is", () => {
    for (const filter of [
      "metrics.loss<1",
      "tags.a LIKE 'x%'",
      "params.a IN ('1')",
      "tags.b IS NULL",
      "metrics.x",
      "",
    ]) {
      expect(filterFromText(filter)).toBe(filter);
    }
  });
});
