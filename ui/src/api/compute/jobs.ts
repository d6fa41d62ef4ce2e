import { queryOptions } from "@tanstack/react-query";
import { getJson, NATIVE, postJson, type Workspace } from "../client";
import { keys } from "../keys";
import type { JobDetails, JobListing, JobPage, JobRow, JobSpec } from "./types";

const ROOT = `${NATIVE}/workloads`;

/** Every job, the newest first. */
export const ALL_JOBS: JobListing = {
  state: [],
  kind: [],
  owner: "",
  group: "",
  search: "",
  sort: "created",
  descending: true,
};

/** What moves by itself (waiting, use) is asked for again this often while somebody looks. */
const MOVING_MS = 5_000;

/** One window of a listing: rows `offset` to `offset + limit`. `limit` is at most 1000. */
export function jobListQuery(workspace: Workspace, listing: JobListing, offset: number, limit: number) {
  return queryOptions({
    queryKey: keys.jobList(workspace, listing, offset, limit),
    queryFn: ({ signal }) => listJobs(workspace, listing, offset, limit, signal),
    refetchInterval: ({ state }) => (state.data?.workloads.some(isMoving) ? MOVING_MS : false),
  });
}

export function jobQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: keys.job(workspace, id),
    queryFn: ({ signal }) => getJson<JobDetails>(workspace, pathOf(id), { signal }),
    refetchInterval: ({ state }) => (state.data?.workload.state === "queued" ? MOVING_MS : false),
  });
}

export function listJobs(
  workspace: Workspace,
  listing: JobListing,
  offset: number,
  limit: number,
  signal?: AbortSignal,
): Promise<JobPage> {
  const query = { ...listing, offset, limit };
  return getJson(workspace, ROOT, signal === undefined ? { query } : { query, signal });
}

export function submitJob(
  workspace: Workspace,
  job: { spec: JobSpec; name?: string; group?: string },
): Promise<JobRow> {
  return postJson(workspace, ROOT, job);
}

/** Stops jobs by id, or what has not ended of a group; answers those that this made stop. */
export function stopJobs(
  workspace: Workspace,
  which: { ids: readonly string[] } | { group: string },
): Promise<{ ids: string[] }> {
  return postJson(workspace, `${ROOT}/stop`, which);
}

export function pathOf(id: string): string {
  return `${ROOT}/${encodeURIComponent(id)}`;
}

function isMoving({ state }: JobRow): boolean {
  return state === "queued" || state === "admitted" || state === "running" || state === "stopping";
}
