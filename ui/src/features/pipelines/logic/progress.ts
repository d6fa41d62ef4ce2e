import type { StepCounts } from "@/api/pipelines/types";

/** How far a run is, in steps. A step that was skipped or that nothing led to is over, too. */
export interface RunProgress {
  readonly over: number;
  readonly total: number;
  readonly ok: number;
  readonly bad: number;
  readonly busy: number;
}

/** Null where the server does not know, or nothing has begun. */
export function progressOf(counts: StepCounts): RunProgress | null {
  const of = (...states: (keyof StepCounts)[]) =>
    states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const ok = of("succeeded", "cached", "skipped");
  const bad = of("failed", "upstream_failed", "canceled");
  const busy = of("running", "ready", "canceling");
  const total = ok + bad + busy + of("waiting");
  return total === 0 ? null : { over: ok + bad, total, ok, bad, busy };
}
