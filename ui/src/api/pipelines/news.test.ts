import { expect, it } from "vitest";
import { withNews } from "./news";
import type { PipelineRunRow, PipelineTask } from "./types";

const run = { id: "r", name: "run" } as PipelineRunRow;
const task = (path: string, state: PipelineTask["state"]) => ({ path, state }) as PipelineTask;

it("takes what is new, and leaves alone what did not change", () => {
  const first = withNews(undefined, {
    run,
    revision: 1,
    tasks: [task("a", "running"), task("b", "running")],
  });
  const next = withNews(first, { run, revision: 2, tasks: [task("b", "succeeded"), task("c", "ready")] });
  expect(next.tasks.map(({ path, state }) => `${path} ${state}`)).toEqual([
    "a running",
    "b succeeded",
    "c ready",
  ]);
  expect(next.tasks[0]).toBe(first.tasks[0]);
  expect(withNews(next, { run, revision: 2, tasks: [] }).tasks).toBe(next.tasks);
});

it("begins anew with a server that knows less", () => {
  const known = withNews(undefined, { run, revision: 9, tasks: [task("a", "succeeded")] });
  expect(withNews(known, { run, revision: 3, tasks: [task("x", "ready")] }).tasks).toHaveLength(1);
});
