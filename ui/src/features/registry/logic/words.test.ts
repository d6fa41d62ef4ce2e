import { expect, it } from "vitest";
import type { HistoryLine } from "@/api/registry/types";
import { firstLine, historyWords } from "./words";

const line = (part: Partial<HistoryLine>): HistoryLine => ({
  turn: "alias",
  version: 3,
  alias: "champion",
  before: "",
  after: "",
  by: "ada",
  at_ms: 0,
  ...part,
});

it("shortens a description to its first line that says something", () => {
  expect(firstLine("\n\n# Reads digits\nfrom pictures")).toBe("Reads digits");
  expect(firstLine("")).toBe("");
});

it("tells what happened", () => {
  expect(historyWords(line({ after: "3" }))).toBe("got the alias champion");
  expect(historyWords(line({ before: "2", after: "3" }))).toBe("took the alias champion from version 2");
  expect(historyWords(line({ before: "3" }))).toBe("lost the alias champion");
  expect(historyWords(line({ turn: "stage", before: "None", after: "Staging" }))).toBe(
    "went from None to Staging",
  );
});
