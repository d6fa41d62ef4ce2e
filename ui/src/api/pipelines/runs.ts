import { queryOptions } from "@tanstack/react-query";
import { deleteJson, getJson, KFP, NATIVE, postJson, type Workspace } from "../client";
import { keys } from "../keys";
import type { NewRun, PipelineRun, PipelineRunListing, PipelineRunPage } from "./types";

const ROOT = `${NATIVE}/pipeline-runs`;
/** Rows asked for at once. */
const PAGE_ROWS = 200;

/** The first `pages` pages of a listing, the latest runs first. A page begins where the one before ends. */
export function pipelineRunsQuery(workspace: Workspace, listing: PipelineRunListing, pages: number) {
  return queryOptions({
    queryKey: keys.pipelineRuns(workspace, listing, pages),
    queryFn: ({ signal }) => listRuns(workspace, listing, pages, signal),
  });
}

export function pipelineRunQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: keys.pipelineRun(workspace, id),
    queryFn: ({ signal }) => getJson<PipelineRun>(workspace, `${ROOT}/${encodeURIComponent(id)}`, { signal }),
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
