import { describe, expect, it } from "vitest";
import { firstFailed, openAtFirst, parentPath, pathsAbove, taskLines, taskTree } from "./taskTree";
import { task } from "./testTask";

const TASKS = [
  task("", { kind: "dag", state: "failed" }),
  task("load"),
  task("loop", { kind: "loop", state: "failed" }),
  task("loop[10]", { kind: "dag", state: "failed" }),
  task("loop[2]", { kind: "dag" }),
  task("loop[2]/fit"),
  task("loop[10]/fit", { state: "failed", ended_ms: 7 }),
  task("loop[10]/test", { state: "upstream_failed" }),
];
const shown = (lines: ReturnType<typeof taskLines>) =>
  lines.map(({ node, depth }) => `${"  ".repeat(depth)}${node.task.path}`);

describe("the tree of tasks", () => {
  it("knows what a path is in", () => {
    expect(parentPath("train/loop[3]/fit")).toBe("train/loop[3]");
    expect(pathsAbove("train/loop[3]/fit")).toEqual(["train/loop[3]", "train/loop", "train"]);
    expect(pathsAbove("load")).toEqual([]);
  });

  it("has iterations by their number, and opens only what is open", () => {
    const tree = taskTree(TASKS);
    expect(shown(taskLines(tree, new Set()))).toEqual(["load", "loop"]);
    expect(shown(taskLines(tree, new Set(["loop", "loop[10]"])))).toEqual([
      "load",
      "loop",
      "  loop[2]",
      "  loop[10]",
      "    loop[10]/fit",
      "    loop[10]/test",
    ]);
    expect(openAtFirst(tree)).toEqual(new Set(["loop", "loop[10]", "loop[2]"]));
  });

  it("narrows to what is wanted and what that is in, whatever is open", () => {
    const lines = taskLines(
      taskTree(TASKS),
      new Set(),
      (one) => one.path.endsWith("fit") && one.state === "failed",
    );
    expect(shown(lines)).toEqual(["loop", "  loop[10]", "    loop[10]/fit"]);
  });

  it("counts what is executed, and finds the step that failed by itself", () => {
    const tree = taskTree(TASKS);
    const loop = tree.byPath.get("loop");
    expect([loop?.steps, loop?.failed]).toEqual([3, 1]);
    expect(firstFailed(tree)?.path).toBe("loop[10]/fit");
    expect(firstFailed(taskTree([task("load")]))).toBeUndefined();
  });

  it("blames a DAG that failed before any of its tasks", () => {
    expect(firstFailed(taskTree([task("group", { kind: "dag", state: "failed" })]))?.path).toBe("group");
  });

  it("is quick with a loop of thousands", () => {
    const many = Array.from({ length: 5000 }, (_, n) => [
      task(`loop[${n}]`, { kind: "dag" }),
      task(`loop[${n}]/fit`),
    ]);
    const tree = taskTree([task("loop", { kind: "loop" }), ...many.flat()]);
    expect(taskLines(tree, new Set(["loop"]))).toHaveLength(5001);
    expect(openAtFirst(tree).size).toBe(0);
  });
});
