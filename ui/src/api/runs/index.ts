import { queryOptions } from "@tanstack/react-query";
import { getJson, MLFLOW, NATIVE, postJson, type Workspace } from "../client";
import { keys } from "../keys";
import type { RunColumns, RunDetail, RunSearch, RunSearchPage } from "../types";

/** What lists of names need: nothing of what the runs logged. */
export const NAMES_ONLY: RunColumns = { metrics: [], params: [], tags: [] };

/** One window of a search: rows `offset` to `offset + limit`. `limit` is at most 1000. */
export function runSearchQuery(workspace: Workspace, search: RunSearch, offset: number, limit: number) {
  return queryOptions({
    queryKey: keys.runSearch(workspace, search, offset, limit),
    queryFn: ({ signal }) => searchRuns(workspace, search, offset, limit, signal),
  });
}

export function runQuery(workspace: Workspace, runId: string) {
  return queryOptions({
    queryKey: keys.run(workspace, runId),
    queryFn: ({ signal }) =>
      getJson<RunDetail>(workspace, `${NATIVE}/runs/${encodeURIComponent(runId)}`, { signal }),
  });
}

export function searchRuns(
  workspace: Workspace,
  search: RunSearch,
  offset: number,
  limit: number,
  signal?: AbortSignal,
): Promise<RunSearchPage> {
  const body = { ...search, offset, limit };
  return postJson(workspace, `${NATIVE}/runs/search`, body, signal === undefined ? {} : { signal });
}

export function renameRun(workspace: Workspace, runId: string, name: string): Promise<unknown> {
  return postJson(workspace, `${MLFLOW}/runs/update`, { run_id: runId, run_name: name });
}

export function deleteRun(workspace: Workspace, runId: string): Promise<unknown> {
  return postJson(workspace, `${MLFLOW}/runs/delete`, { run_id: runId });
}

export function restoreRun(workspace: Workspace, runId: string): Promise<unknown> {
  return postJson(workspace, `${MLFLOW}/runs/restore`, { run_id: runId });
}

export function setRunTag(workspace: Workspace, runId: string, key: string, value: string): Promise<unknown> {
  return postJson(workspace, `${MLFLOW}/runs/set-tag`, { run_id: runId, key, value });
}

export function deleteRunTag(workspace: Workspace, runId: string, key: string): Promise<unknown> {
  return postJson(workspace, `${MLFLOW}/runs/delete-tag`, { run_id: runId, key });
}
