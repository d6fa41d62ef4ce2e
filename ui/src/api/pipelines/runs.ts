import { queryOptions } from "@tanstack/react-query";
import { deleteJson, getJson, KFP, NATIVE, postJson, type Workspace } from "../client";
import { ALL_JOBS, listJobs } from "../compute/jobs";
import type { JobRow } from "../compute/types";
import { keys } from "../keys";
import { withNews } from "./news";
import type {
  Drawing,
  NewRun,
  PipelineRun,
  PipelineRunListing,
  PipelineRunPage,
  PipelineSpec,
  RunChanges,
  RunNews,
  TaskValues,
} from "./types";

const ROOT = `${NATIVE}/pipeline-runs`;
/** Rows asked for at once. */
const PAGE_ROWS = 200;
/** Jobs asked for at once, and in all: a timeline of more has only what the tasks themselves say. */
const JOBS_AT_ONCE = 1000;
const JOBS_MAX = 10_000;

/** Milliseconds since 1970. */
export type JobTimes = Pick<JobRow, "created_ms" | "admitted_ms" | "started_ms" | "ended_ms">;

/** The first `pages` pages of a listing, the latest runs first. A page begins where the one before ends. */
export function pipelineRunsQuery(workspace: Workspace, listing: PipelineRunListing, pages: number) {
  return queryOptions({
    queryKey: keys.pipelineRuns(workspace, listing, pages),
    queryFn: ({ signal }) => listRuns(workspace, listing, pages, signal),
  });
}

/** A run with its tasks. What is known of it already is not asked for again, only what changed since. */
export function pipelineRunQuery(workspace: Workspace, id: string) {
  const queryKey = keys.pipelineRun(workspace, id);
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<PipelineRun> => {
      const known = client.getQueryData<PipelineRun>(queryKey);
      const query = { since: known?.revision };
      return withNews(known, await getJson<RunNews>(workspace, `${pathOf(id)}/tasks`, { query, signal }));
    },
    // Merged by hand, with what did not change left as it is.
    structuralSharing: false,
  });
}

/** What a task was given and made; `version` says how it stands, so that it is asked for again when that changes. */
export function taskValuesQuery(workspace: Workspace, id: string, path: string, version: string) {
  return queryOptions({
    queryKey: keys.pipelineTask(workspace, id, path, version),
    queryFn: ({ signal }) =>
      getJson<TaskValues>(workspace, `${pathOf(id)}/task`, { query: { path: path || undefined }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** When the jobs of a run were submitted, began to be started, ran and ended, by their ids. */
export function jobTimesQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: keys.pipelineTimes(workspace, id),
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, JobTimes>> => {
      const listing = { ...ALL_JOBS, group: id, descending: false };
      const times = new Map<string, JobTimes>();
      for (let offset = 0; offset < JOBS_MAX; offset += JOBS_AT_ONCE) {
        const page = await listJobs(workspace, listing, offset, JOBS_AT_ONCE, signal);
        for (const job of page.workloads) times.set(job.id, job);
        if (offset + JOBS_AT_ONCE >= page.total) break;
      }
      return times;
    },
    structuralSharing: false,
  });
}

/** How the pipeline of a run is drawn, which never changes. */
export function drawingQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: keys.pipelineGraph(workspace, id),
    queryFn: ({ signal }) => getJson<Drawing>(workspace, `${pathOf(id)}/graph`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What differs from another run, by default the last before it that succeeded; null where there is none. */
export function changesQuery(workspace: Workspace, id: string, against = "", version = "") {
  return queryOptions({
    queryKey: keys.pipelineChanges(workspace, id, against, version),
    queryFn: async ({ signal }) => {
      const query = { against: against || undefined };
      const answer = await getJson<{ changes: RunChanges | null }>(workspace, `${pathOf(id)}/changes`, {
        query,
        signal,
      });
      return answer.changes;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The spec that a run was begun with: as it came, and the pipeline in it, which platforms may stand beside. */
export function runSpecQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: keys.pipelineSpec(workspace, id),
    queryFn: async ({ signal }) => {
      const path = `${KFP}/runs/${encodeURIComponent(id)}`;
      const run = await getJson<{ pipeline_spec: PipelineSpec & { pipeline_spec?: PipelineSpec } }>(
        workspace,
        path,
        {
          signal,
        },
      );
      return { whole: run.pipeline_spec, pipeline: run.pipeline_spec.pipeline_spec ?? run.pipeline_spec };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Begins a run; gives its id. */
export async function beginRun(workspace: Workspace, run: NewRun): Promise<string> {
  const made = await postJson<{ run_id: string }>(workspace, `${KFP}/runs`, run);
  return made.run_id;
}

export type RunVerb = "terminate" | "retry" | "archive" | "unarchive";

export function changeRun(workspace: Workspace, id: string, verb: RunVerb): Promise<unknown> {
  return postJson(workspace, `${KFP}/runs/${encodeURIComponent(id)}:${verb}`, {});
}

export function deleteRun(workspace: Workspace, id: string): Promise<unknown> {
  return deleteJson(workspace, `${KFP}/runs/${encodeURIComponent(id)}`);
}

async function listRuns(
  workspace: Workspace,
  { state, search, archived, pipeline, experiment }: PipelineRunListing,
  pages: number,
  signal: AbortSignal,
): Promise<PipelineRunPage> {
  const query = {
    state,
    search: search || undefined,
    pipeline_id: pipeline || undefined,
    experiment_id: experiment || undefined,
    archived: archived || undefined,
    limit: PAGE_ROWS,
  };
  const found: PipelineRunPage = { runs: [], next_page_token: "", total: 0 };
  for (let page = 0; page < pages; page += 1) {
    const page_token = found.next_page_token || undefined;
    const next = await getJson<PipelineRunPage>(workspace, ROOT, { query: { ...query, page_token }, signal });
    found.runs.push(...next.runs);
    found.total = next.total;
    found.next_page_token = next.next_page_token;
    if (next.next_page_token === "") break;
  }
  return found;
}

function pathOf(id: string): string {
  return `${ROOT}/${encodeURIComponent(id)}`;
}
