import type { JobTimes } from "@/api/pipelines/runs";
import type { PipelineTask, TaskState } from "@/api/pipelines/types";

/** A stretch of time of a step. `starting` is making its environment and its process. */
export interface Part {
  readonly what: "queued" | "starting" | "running" | "cached";
  readonly from: number;
  readonly to: number;
}

export interface Row {
  readonly path: string;
  readonly state: TaskState;
  readonly parts: readonly Part[];
  readonly from: number;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The steps of a run as rows, in the order in which they began. What goes on goes on until `now`. */
export function timelineRows(
  tasks: readonly PipelineTask[],
  jobs: ReadonlyMap<string, JobTimes>,
  now: number,
): Row[] {
  const rows = tasks.flatMap((task) => {
    if (task.kind === "dag" || task.kind === "loop" || task.id === "" || task.path === "") return [];
    const parts = partsOf(task, jobs.get(task.workload), now);
    return parts.length === 0
      ? []
      : [{ path: task.path, state: task.state, parts, from: parts[0]?.from ?? task.created_ms }];
  });
  return rows.sort((a, b) => a.from - b.from);
}

/** A path of which the end is seen: its beginning is what many have in common. */
export function shortPath(path: string, most = 28): string {
  if (path.length <= most) return path;
  const parts = path.split("/");
  let shown = parts.pop() ?? path;
  while (parts.length > 0 && shown.length + (parts.at(-1)?.length ?? 0) < most - 2)
    shown = `${parts.pop()}/${shown}`;
  return parts.length === 0 ? shown : `…/${shown}`;
}

/** The time that all of them take together, with a little air; never nothing. */
export function spanOf(rows: readonly Row[]): Span {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows) {
    from = Math.min(from, row.from);
    for (const part of row.parts) to = Math.max(to, part.to);
  }
  if (!Number.isFinite(from)) return { from: 0, to: 1 };
  const length = Math.max(to - from, 1);
  return { from, to: from + length * 1.02 };
}

/** Round times for the scale, about `count` of them, from its beginning. Milliseconds since that. */
export function ticksOf(length: number, count: number): number[] {
  const least = length / Math.max(count, 1);
  const step = STEPS.find((one) => one >= least) ?? Math.ceil(least / DAY) * DAY;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 20, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 20, 30].map((count) => count * MINUTE),
  ...[1, 2, 4, 6, 12].map((count) => count * HOUR),
  DAY,
];

function partsOf(task: PipelineTask, job: JobTimes | undefined, now: number): Part[] {
  if (task.state === "cached") {
    const at = task.ended_ms ?? task.created_ms;
    return [{ what: "cached", from: at, to: at }];
  }
  if (task.state === "skipped" || task.state === "upstream_failed" || task.state === "waiting") return [];
  const end = task.ended_ms ?? now;
  const from = job?.created_ms ?? task.started_ms ?? task.created_ms;
  if (job === undefined || job.created_ms < task.created_ms)
    return task.started_ms === null
      ? []
      : [{ what: "running", from: task.started_ms, to: Math.max(end, task.started_ms) }];
  const admitted = job.admitted_ms ?? job.started_ms ?? end;
  const started = job.started_ms ?? (job.admitted_ms === null ? admitted : end);
  const parts: Part[] = [
    { what: "queued", from, to: admitted },
    { what: "starting", from: admitted, to: started },
    { what: "running", from: started, to: Math.max(end, started) },
  ];
  return parts.filter((part, index) => part.to > part.from || index === 2);
}
