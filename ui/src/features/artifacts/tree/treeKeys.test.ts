import { describe, expect, it } from "vitest";
import type { TreeRow } from "../logic/rows";
import { treeKey } from "./treeKeys";

const entry = (path: string, is_dir = false, open = false): TreeRow => ({
  kind: "entry",
  file: { path, is_dir },
  depth: 0,
  open,
});
const rows: TreeRow[] = [
  entry("model", true, true),
  { kind: "state", folder: "model", depth: 1, text: "loading" },
  entry("model/a"),
  entry("data", true),
  entry("z.txt"),
];

describe("treeKey", () => {
  it("steps over lines that are no entries", () => {
    expect(treeKey("ArrowDown", rows, 0)).toMatchObject({ kind: "focus", path: "model/a" });
    expect(treeKey("ArrowUp", rows, 2)).toMatchObject({ path: "model" });
    expect(treeKey("End", rows, 0)).toMatchObject({ path: "z.txt" });
    expect(treeKey("ArrowDown", rows, 4)).toBeNull();
  });

  it("opens and closes folders sideways, and goes up to the parent", () => {
    expect(treeKey("ArrowRight", rows, 3)).toEqual({ kind: "toggle", path: "data" });
    expect(treeKey("ArrowLeft", rows, 0)).toEqual({ kind: "toggle", path: "model" });
    expect(treeKey("ArrowLeft", rows, 2)).toMatchObject({ kind: "focus", path: "model" });
    expect(treeKey("ArrowRight", rows, 4)).toBeNull();
  });

  it("chooses with Enter and leaves other keys alone", () => {
    expect(treeKey("Enter", rows, 4)).toEqual({ kind: "choose", path: "z.txt" });
    expect(treeKey("Tab", rows, 4)).toBeNull();
    expect(treeKey("Enter", [], 0)).toBeNull();
  });
});
