import type { Workspace } from "./client";
import type { JobListing } from "./compute/types";
import type { TriggerQuery } from "./pipelines/schedules";
import type { PipelineRunListing } from "./pipelines/types";
import type { ModelListing } from "./registry/types";
import type { BinsRequest, ExperimentListParams, RunSearch, View } from "./types";

/**
 * Every query key of the page in one place, so that live updates know what to refresh.
 * A key begins with its workspace, its resource, and the narrowest id it depends on.
 */
export const keys = {
  workspace: (workspace: Workspace) => ["w", workspace] as const,
  session: (workspace: Workspace) => ["w", workspace, "session"] as const,
  home: (workspace: Workspace) => ["w", workspace, "home"] as const,

  experiments: (workspace: Workspace) => ["w", workspace, "experiments"] as const,
  experimentList: (workspace: Workspace, params: ExperimentListParams) =>
    ["w", workspace, "experiments", "list", params] as const,
  experimentMatches: (workspace: Workspace, text: string, limit: number) =>
    ["w", workspace, "experiments", "matches", text, limit] as const,
  experiment: (workspace: Workspace, experimentId: string) =>
    ["w", workspace, "experiments", "one", experimentId] as const,
  fields: (workspace: Workspace, experimentId: string, view: View, search: string) =>
    ["w", workspace, "experiments", "one", experimentId, "fields", view, search] as const,

  runs: (workspace: Workspace) => ["w", workspace, "runs"] as const,
  runSearches: (workspace: Workspace) => ["w", workspace, "runs", "search"] as const,
  runSearch: (workspace: Workspace, search: RunSearch, offset: number, limit: number) =>
    ["w", workspace, "runs", "search", search, offset, limit] as const,
  run: (workspace: Workspace, runId: string) => ["w", workspace, "runs", "one", runId] as const,

  model: (workspace: Workspace, modelId: string) => ["w", workspace, "models", "one", modelId] as const,

  registry: (workspace: Workspace) => ["w", workspace, "registry"] as const,
  registryPart: (workspace: Workspace, part: string, ...narrower: readonly unknown[]) =>
    ["w", workspace, "registry", part, ...narrower] as const,
  registryList: (workspace: Workspace, listing: ModelListing, offset: number, limit: number) =>
    ["w", workspace, "registry", "list", listing, offset, limit] as const,
  webhooks: (workspace: Workspace) => ["w", workspace, "webhooks"] as const,

  metrics: (workspace: Workspace) => ["w", workspace, "metrics"] as const,
  bins: (workspace: Workspace, request: BinsRequest) => ["w", workspace, "metrics", "bins", request] as const,

  jobs: (workspace: Workspace) => ["w", workspace, "jobs"] as const,
  jobList: (workspace: Workspace, listing: JobListing, offset: number, limit: number) =>
    ["w", workspace, "jobs", "list", listing, offset, limit] as const,
  job: (workspace: Workspace, id: string) => ["w", workspace, "jobs", "one", id] as const,
  jobUse: (workspace: Workspace, id: string, attempt: number, rank: number) =>
    ["w", workspace, "jobs", "use", id, attempt, rank] as const,
  jobLog: (workspace: Workspace, id: string, attempt: number, rank: number, part: string) =>
    ["w", workspace, "job-log", id, attempt, rank, part] as const,
  compute: (workspace: Workspace) => ["w", workspace, "compute"] as const,
  computePart: (workspace: Workspace, part: string) => ["w", workspace, "compute", part] as const,

  pipelines: (workspace: Workspace) => ["w", workspace, "pipelines"] as const,
  pipelineRuns: (workspace: Workspace, listing: PipelineRunListing, pages: number) =>
    ["w", workspace, "pipelines", "runs", listing, pages] as const,
  pipelineRun: (workspace: Workspace, id: string) => ["w", workspace, "pipelines", "run", id] as const,
  pipelineTask: (workspace: Workspace, id: string, path: string, version: string) =>
    ["w", workspace, "pipelines", "task", id, path, version] as const,
  pipelineTimes: (workspace: Workspace, id: string) => ["w", workspace, "pipelines", "times", id] as const,
  pipelineSpec: (workspace: Workspace, id: string) => ["w", workspace, "pipelines", "spec", id] as const,
  pipelineGraph: (workspace: Workspace, id: string) => ["w", workspace, "pipelines", "graph", id] as const,
  pipelineChanges: (workspace: Workspace, id: string, against: string, version: string) =>
    ["w", workspace, "pipelines", "changes", id, against, version] as const,
  pipelineCatalog: (workspace: Workspace) => ["w", workspace, "pipelines", "catalog"] as const,
  pipelineVersions: (workspace: Workspace, pipelineId: string) =>
    ["w", workspace, "pipelines", "catalog", pipelineId] as const,

  pipelineSchedules: (workspace: Workspace) => ["w", workspace, "pipelines", "schedules"] as const,
  pipelineSchedule: (workspace: Workspace, id: string) =>
    ["w", workspace, "pipelines", "schedules", id] as const,
  schedulePreview: (workspace: Workspace, trigger: TriggerQuery) =>
    ["w", workspace, "pipelines", "preview", trigger] as const,

  artifacts: (workspace: Workspace, runId: string) => ["w", workspace, "artifacts", runId] as const,
  artifactList: (workspace: Workspace, runId: string, path: string) =>
    ["w", workspace, "artifacts", runId, "list", path] as const,
};
