import { type QueryState, stringifyQuery } from "./queryState";

/** A page of ours: the path and, where it has one, the query. */
export interface Target {
  to: string;
  search?: Record<string, string>;
}

export type RunTab = "overview" | "charts" | "artifacts" | "system" | "code";

export function homePage(workspace: string): Target {
  return { to: `/w/${encodeURIComponent(workspace)}` };
}

export function experimentsPage(workspace: string, search: QueryState = {}): Target {
  return { to: `${homePage(workspace).to}/experiments`, search: { ...search } };
}

export function experimentPage(workspace: string, experimentId: string, search: QueryState = {}): Target {
  return {
    to: `${experimentsPage(workspace).to}/${encodeURIComponent(experimentId)}`,
    search: { ...search },
  };
}

export function runPage(workspace: string, experimentId: string, runId: string, tab?: RunTab): Target {
  const to = `${experimentPage(workspace, experimentId).to}/runs/${encodeURIComponent(runId)}`;
  return tab === undefined ? { to, search: {} } : { to, search: { tab } };
}

export function modelPage(workspace: string, experimentId: string, modelId: string): Target {
  return {
    to: `${experimentPage(workspace, experimentId).to}/models/${encodeURIComponent(modelId)}`,
    search: {},
  };
}

/** Registered models; with `kind: "prompt"` the prompts. */
export function registryPage(workspace: string, search: QueryState = {}): Target {
  return { to: `${homePage(workspace).to}/models`, search: { ...search } };
}

export function registeredModelPage(workspace: string, name: string, search: QueryState = {}): Target {
  return { to: `${registryPage(workspace).to}/${encodeURIComponent(name)}`, search: { ...search } };
}

export function versionPage(
  workspace: string,
  name: string,
  version: number,
  search: QueryState = {},
): Target {
  return { to: `${registeredModelPage(workspace, name).to}/versions/${version}`, search: { ...search } };
}

/** Two versions of a model beside each other. */
export function versionComparePage(workspace: string, name: string, left: number, right: number): Target {
  const search = { left: String(left), right: String(right) };
  return { to: `${registeredModelPage(workspace, name).to}/compare`, search };
}

/** What the server names by its address below the workspace's. */
export function pageBelow(workspace: string, address: string): Target {
  const [path = "", query = ""] = address.split("?", 2);
  return { to: `${homePage(workspace).to}/${path}`, search: Object.fromEntries(new URLSearchParams(query)) };
}

export function comparePage(workspace: string, runIds: readonly string[]): Target {
  return { to: `${homePage(workspace).to}/compare`, search: { runs: runIds.join(",") } };
}

export type JobTab = "why" | "log" | "use" | "history" | "spec";

export function jobsPage(workspace: string, search: QueryState = {}): Target {
  return { to: `${homePage(workspace).to}/jobs`, search: { ...search } };
}

export function jobPage(workspace: string, jobId: string, search: QueryState = {}): Target {
  return { to: `${jobsPage(workspace).to}/${encodeURIComponent(jobId)}`, search: { ...search } };
}

/** Runs of pipelines. */
export function pipelinesPage(workspace: string, search: QueryState = {}): Target {
  return { to: `${homePage(workspace).to}/pipelines`, search: { ...search } };
}

/** What was uploaded; with the pipeline that is looked at, and the version of it. */
export function catalogPage(workspace: string, pipeline?: string, version?: string): Target {
  const search: Record<string, string> = {};
  if (pipeline !== undefined) search.pipeline = pipeline;
  if (version !== undefined) search.version = version;
  return { to: `${pipelinesPage(workspace).to}/catalog`, search };
}

/** Schedules of pipelines; with the one that is looked at. */
export function schedulesPage(workspace: string, schedule?: string): Target {
  const search: Record<string, string> = schedule === undefined ? {} : { schedule };
  return { to: `${pipelinesPage(workspace).to}/schedules`, search };
}

/** The form for a schedule of a pipeline. */
export function newSchedulePage(workspace: string, pipeline: string): Target {
  return { to: schedulesPage(workspace).to, search: { new: pipeline } };
}

export function pipelineRunPage(workspace: string, runId: string, search: QueryState = {}): Target {
  return { to: `${pipelinesPage(workspace).to}/runs/${encodeURIComponent(runId)}`, search: { ...search } };
}

/** Two runs beside each other, the earlier one first. */
export function pipelineComparePage(workspace: string, before: string, after: string): Target {
  return { to: `${pipelinesPage(workspace).to}/compare`, search: { before, after } };
}

export function machinesPage(workspace: string): Target {
  return { to: `${homePage(workspace).to}/machines`, search: {} };
}

/** The target as a URL path with query, fit for an address bar. */
export function hrefOf(target: Target): string {
  return target.to + stringifyQuery(target.search ?? {});
}
