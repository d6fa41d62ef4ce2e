import type { PipelineRun, RunNews } from "./types";

/** A run as it stands after what changed of it. Tasks that did not change stay the very same objects. */
export function withNews(known: PipelineRun | undefined, { run, revision, tasks }: RunNews): PipelineRun {
  // A server that was set back to an older state gives everything.
  if (known === undefined || revision < known.revision) return { ...run, revision, tasks };
  if (tasks.length === 0) return { ...run, revision, tasks: known.tasks };
  const changed = new Map(tasks.map((task) => [task.path, task]));
  const kept = known.tasks.map((task) => {
    const now = changed.get(task.path) ?? task;
    changed.delete(task.path);
    return now;
  });
  return { ...run, revision, tasks: [...kept, ...changed.values()] };
}
