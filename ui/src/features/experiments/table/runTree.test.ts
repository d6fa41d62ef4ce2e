import { describe, expect, it } from "vitest";
import type { RunRow, RunSearchPage } from "@/api/types";
import { emptyMemory, type Memory, remember, rowIn, treeOf } from "./runTree";
import { rowsOf, windowsOn } from "./treeLayout";

function page(offset: number, total: number, ...ids: string[]): RunSearchPage {
  return { offset, total, runs: ids.map((id) => ({ run_id: id, children_total: 1 }) as RunRow) };
}

/** What each row shows: a run with a dot for every parent above it. */
function rows(memory: Memory, expanded: string[]): string[] {
  const top = treeOf(memory, expanded);
  return Array.from({ length: rowsOf(top) }, (_, index) => {
    const row = rowIn(top, memory.pages, index);
    return row.kind === "run" ? ".".repeat(row.depth) + row.run.run_id : row.kind;
  });
}

const KEYS = [":0", "a:0", "b:0"];
const PAGES = [page(0, 3, "a", "x", "y"), page(0, 2, "b", "c"), page(0, 1, "d")];

describe("the tree of runs", () => {
  it("puts children under their parents, as deep as they go", () => {
    const memory = remember(emptyMemory("q"), KEYS, PAGES);
    expect(rows(memory, ["b", "a"])).toEqual(["a", ".b", "..d", ".c", "x", "y"]);
    expect(rows(memory, ["b"])).toEqual(["a", "x", "y"]);
    expect(rows(memory, [])).toEqual(["a", "x", "y"]);
  });

  it("has one row for children that load, and for none", () => {
    const loading = remember(emptyMemory("q"), [":0", "a:0"], [page(0, 2, "a", "x"), null]);
    expect(rows(loading, ["a"])).toEqual(["a", "loading", "x"]);
    expect(windowsOn(treeOf(loading, ["a"]), 0, 9, 100)).toEqual([":0", "a:0"]);
    const none = remember(loading, ["a:0"], [page(0, 0)]);
    expect(rows({ ...none, pages: loading.pages }, ["a"])).toEqual(["a", "note", "x"]);
  });

  it("keeps children with their parent when both are out of sight", () => {
    const before = remember(emptyMemory("q"), KEYS, PAGES);
    const after = remember(before, ["other:0"], [null]);
    expect(rowsOf(treeOf(after, ["a", "b"]))).toBe(6);
  });

  it("pages through many children", () => {
    const memory = remember(emptyMemory("q"), [":0", "a:0"], [page(0, 2, "a", "x"), page(0, 450, "k")]);
    const top = treeOf(memory, ["a"]);
    expect(rowsOf(top)).toBe(452);
    expect(windowsOn(top, 190, 210, 100)).toEqual(["a:1", "a:2"]);
    expect(windowsOn(top, 440, 500, 100)).toEqual(["a:4", ":0"]);
  });

  it("does not unfold a run under itself", () => {
    const memory = remember(emptyMemory("q"), [":0", "a:0"], [page(0, 1, "a"), page(0, 1, "b")]);
    const circle = remember(memory, ["b:0"], [page(0, 1, "a")]);
    expect(rowsOf(treeOf(circle, ["a", "b"]))).toBeLessThan(5);
  });

  it("follows totals down when runs are deleted", () => {
    const memory = remember(emptyMemory("q"), [":0"], [page(0, 3, "a", "x", "y")]);
    expect(rows(remember(memory, [":0"], [page(0, 1, "a")]), [])).toEqual(["a"]);
  });
});
