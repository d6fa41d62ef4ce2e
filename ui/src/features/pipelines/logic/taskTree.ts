import type { PipelineTask } from "@/api/pipelines/types";

/** A task with what it is opened into. */
export interface TaskNode {
  readonly task: PipelineTask;
  readonly children: TaskNode[];
  /** Tasks below it that failed by themselves, and what there is below it in all: only what is executed counts. */
  failed: number;
  steps: number;
}

export interface TaskTree {
  readonly top: readonly TaskNode[];
  readonly byPath: ReadonlyMap<string, TaskNode>;
  /** The run itself as a task. */
  readonly run: PipelineTask | undefined;
}

export interface TaskLine {
  readonly node: TaskNode;
  readonly depth: number;
  readonly open: boolean;
}

/** Below this many tasks everything stands open at first. */
const OPEN_MAX = 60;

/** `for-loop-1[3]/fit` is in `for-loop-1[3]`, and that is in `for-loop-1`; null at the top. */
export function parentPath(path: string): string | null {
  if (path.endsWith("]")) return path.slice(0, path.lastIndexOf("["));
  const cut = path.lastIndexOf("/");
  return cut < 0 ? null : path.slice(0, cut);
}

/** Every path that must stand open for this one to be seen. */
export function pathsAbove(path: string): string[] {
  const above: string[] = [];
  for (let at = parentPath(path); at !== null; at = parentPath(at)) above.push(at);
  return above;
}

/** The tasks of a run in each other, in the order in which they came to be; iterations by their number. */
export function taskTree(tasks: readonly PipelineTask[]): TaskTree {
  const byPath = new Map<string, TaskNode>();
  const top: TaskNode[] = [];
  for (const task of tasks)
    if (task.path !== "") byPath.set(task.path, { task, children: [], failed: 0, steps: 0 });
  for (const node of byPath.values()) {
    const parent = parentPath(node.task.path);
    (parent === null ? top : (byPath.get(parent)?.children ?? top)).push(node);
  }
  for (const node of byPath.values())
    if (node.task.kind === "loop") node.children.sort((a, b) => iterationOf(a) - iterationOf(b));
  for (const node of top) count(node);
  return { top, byPath, run: tasks.find((task) => task.path === "") };
}

/** The lines of a tree of which these paths stand open. With `wanted`, what it takes and what that is in. */
export function taskLines(
  tree: TaskTree,
  open: ReadonlySet<string>,
  wanted: ((task: PipelineTask) => boolean) | null = null,
): TaskLine[] {
  const lines: TaskLine[] = [];
  const visit = (node: TaskNode, depth: number): boolean => {
    const at = lines.length;
    const isOpen = wanted !== null || open.has(node.task.path);
    lines.push({ node, depth, open: isOpen });
    let holds = wanted?.(node.task) ?? true;
    if (isOpen) for (const child of node.children) holds = visit(child, depth + 1) || holds;
    if (!holds) lines.length = at;
    return holds;
  };
  for (const node of tree.top) visit(node, 0);
  return lines;
}

/** What one wants to see of a run that failed: the first of its steps that did so by itself. */
export function firstFailed(tree: TaskTree): PipelineTask | undefined {
  let first: PipelineTask | undefined;
  for (const { task, failed, children } of tree.byPath.values()) {
    if (task.state !== "failed" || (failed > 0 && children.length > 0)) continue;
    if (first === undefined || (task.ended_ms ?? Infinity) < (first.ended_ms ?? Infinity)) first = task;
  }
  return first;
}

/** Which paths stand open before anybody has opened any: all of a small run. */
export function openAtFirst(tree: TaskTree): Set<string> {
  if (tree.byPath.size > OPEN_MAX) return new Set();
  return new Set([...tree.byPath.values()].filter((node) => canOpen(node)).map((node) => node.task.path));
}

export function canOpen({ children }: TaskNode): boolean {
  return children.length > 0;
}

/** The number of an iteration; -1 for what is none. */
export function iterationOf({ task: { path } }: TaskNode): number {
  return path.endsWith("]") ? Number(path.slice(path.lastIndexOf("[") + 1, -1)) : -1;
}

function count(node: TaskNode): void {
  for (const child of node.children) {
    count(child);
    node.failed += child.failed;
    node.steps += child.steps;
  }
  if (node.children.length > 0 || node.task.kind === "dag" || node.task.kind === "loop") {
    // A DAG whose own input is at fault fails without any of its tasks.
    if (node.task.state === "failed" && node.failed === 0) node.failed = 1;
    return;
  }
  node.steps = 1;
  node.failed = node.task.state === "failed" ? 1 : 0;
}
