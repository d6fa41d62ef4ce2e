import type { PipelineRunListing, PipelineRunRow, PipelineTask, RunState } from "@/api/pipelines/types";
import { splitList } from "@/lib/listParam";
import type { QueryState } from "@/lib/queryState";
import { RUN_STATES } from "./states";

/** Which runs the URL asks for; what it says that is unknown is left out. */
export function readListing(query: QueryState): PipelineRunListing {
  const told = new Set<string>(splitList(query.state).map((state) => state.toUpperCase()));
  return {
    state: RUN_STATES.filter((state) => told.has(state)),
    search: query.search ?? "",
    pipeline: query.pipeline ?? "",
    // The server takes only numbers, and answers nothing else.
    experiment: /^\d{1,18}$/.test(query.experiment ?? "") ? (query.experiment ?? "") : "",
    archived: query.archived === "yes",
  };
}

/** The URL's word for the states after one of them was switched. */
export function toggledStates(states: readonly RunState[], state: RunState): string {
  const next = new Set(states);
  if (!next.delete(state)) next.add(state);
  return RUN_STATES.filter((one) => next.has(one))
    .join(",")
    .toLowerCase();
}

/** Whether it leaves anything out. */
export function isFiltered({ state, search, pipeline, experiment, archived }: PipelineRunListing): boolean {
  return state.length > 0 || search !== "" || pipeline !== "" || experiment !== "" || archived;
}

/** How long a run has taken so far, or took. */
export function runTookMs({ created_ms, finished_ms }: PipelineRunRow, now: number): number {
  return Math.max(0, (finished_ms ?? now) - created_ms);
}

/** How long a task has taken so far, or took; null where it never began, or was never to. */
export function taskTookMs({ started_ms, ended_ms, state }: PipelineTask, now: number): number | null {
  if (started_ms === null || state === "upstream_failed" || state === "skipped") return null;
  return Math.max(0, (ended_ms ?? now) - started_ms);
}
