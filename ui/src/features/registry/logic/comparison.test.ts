import { expect, it } from "vitest";
import type { Comparison, Difference } from "@/api/registry/types";
import { parted, sectionsOf } from "./comparison";

const row = (key: string, left: string | null, right: string | null): Difference => ({
  key,
  left,
  right,
  is_same: left === right,
});
const EMPTY = {
  facts: [row("problem", "", ""), row("format", "pickle", "safe")],
  params: [],
  metrics: [row("acc", "0.9", "0.95")],
  tags: [],
  inputs: [row("x", "double", "double")],
  outputs: [],
  signature_params: [],
  requirements: [],
  files: [],
} as unknown as Comparison;

it("shows what there is, what differs first, and no word that neither side says", () => {
  const sections = sectionsOf(EMPTY);
  expect(sections.map((section) => section.id)).toEqual(["metrics", "facts", "inputs"]);
  expect(sections[1]?.rows.map((each) => each.key)).toEqual(["format"]);
});

it("parts what differs from what does not", () => {
  const { different, equal } = parted([row("a", "1", "1"), row("b", "1", null)]);
  expect(different.map((each) => each.key)).toEqual(["b"]);
  expect(equal.map((each) => each.key)).toEqual(["a"]);
});

it("says of a file of the same size that its content is another", () => {
  const files = [
    { path: "model.pkl", left: 2048, right: 2049, is_same: false },
    { path: "new.txt", left: null, right: 3, is_same: false },
    { path: "MLmodel", left: 10, right: 10, is_same: true },
  ];
  const section = sectionsOf({ ...EMPTY, files }).find((each) => each.id === "files");
  expect(section?.rows.map(({ left, right }) => [left, right])).toEqual([
    ["2.0 KiB", "2.0 KiB, other content"],
    [null, "3 B"],
    ["10 B", "10 B"],
  ]);
});
