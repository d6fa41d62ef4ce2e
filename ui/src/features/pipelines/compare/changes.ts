import type { RunChanges, TaskChange } from "@/api/pipelines/types";

/** An input of other content, with all the tasks that took it. */
export interface InputGroup {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly paths: readonly string[];
}

/** How many things differ that a run was made of: not what came of it. */
export function causesIn({ parameters, code, packages, settings, inputs }: RunChanges): number {
  return parameters.length + code.length + packages.length + settings.length + inputGroups(inputs).length;
}

/** Inputs that changed in the same way: a table that ten iterations read changed once. */
export function inputGroups(inputs: RunChanges["inputs"]): InputGroup[] {
  const groups = new Map<string, { name: string; before: string; after: string; paths: string[] }>();
  for (const { path, name, before, after } of inputs) {
    const key = JSON.stringify([before, after]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { name, before, after, paths: [path] });
    else group.paths.push(path);
  }
  return [...groups.values()];
}

/** Whether the two differ in more than a moment's time. */
export function differs({ before, after }: TaskChange): boolean {
  if (before === null || after === null || stateOf(before.state) !== stateOf(after.state)) return true;
  const [was, now] = [before.took_ms ?? 0, after.took_ms ?? 0];
  return Math.abs(now - was) > Math.max(1000, 0.2 * Math.max(was, now));
}

/** What was reused had succeeded. */
function stateOf(state: string): string {
  return state === "cached" ? "succeeded" : state;
}

/** `+12` and the like; empty where one of both is no number. */
export function changeText(before: unknown, after: unknown): string {
  if (typeof before !== "number" || typeof after !== "number") return "";
  const change = after - before;
  const text = Math.abs(change) >= 1e6 ? change.toExponential(2) : String(Number(change.toPrecision(3)));
  return change > 0 ? `+${text}` : text.replace("-", "−");
}
