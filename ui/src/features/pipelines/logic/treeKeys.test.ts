import { expect, it } from "vitest";
import { taskLines, taskTree } from "./taskTree";
import { task } from "./testTask";
import { treeKey } from "./treeKeys";

const tree = taskTree([task("load"), task("group", { kind: "dag" }), task("group/fit")]);
const closed = taskLines(tree, new Set());
const open = taskLines(tree, new Set(["group"]));

it("steps, opens and closes, and goes up to what a task is in", () => {
  expect(treeKey("ArrowDown", closed, 0)).toEqual({ kind: "focus", path: "group", index: 1 });
  expect(treeKey("ArrowDown", closed, 1)).toBeNull();
  expect(treeKey("ArrowRight", closed, 1)).toEqual({ kind: "toggle", path: "group" });
  expect(treeKey("ArrowRight", open, 1)).toEqual({ kind: "focus", path: "group/fit", index: 2 });
  expect(treeKey("ArrowLeft", open, 2)).toEqual({ kind: "focus", path: "group", index: 1 });
  expect(treeKey("ArrowLeft", open, 1)).toEqual({ kind: "toggle", path: "group" });
  expect(treeKey("ArrowRight", open, 0)).toBeNull();
});

it("chooses, and leaves other keys alone", () => {
  expect(treeKey("Enter", open, 2)).toEqual({ kind: "choose", path: "group/fit" });
  expect(treeKey("Tab", open, 2)).toBeNull();
  expect(treeKey("Enter", [], 0)).toBeNull();
});
