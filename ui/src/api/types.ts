/** The wire shapes of the native API, version 1. Times are milliseconds since the epoch. */

import type { RunColumns } from "./fieldTypes";

export type { ExperimentFields, FieldCount, FieldTotals, RunColumns } from "./fieldTypes";
export type { ChangeEvent } from "./live/event";

/** JSON has no NaN or infinities; the server sends those three as strings. */
export type WireNumber = number | "NaN" | "Infinity" | "-Infinity";

export type RunStatus = "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";
export type LifecycleStage = "active" | "deleted";
export type View = "active" | "deleted" | "all";
export type Aggregate = "last" | "min" | "max";
export type Tags = Record<string, string>;

export interface Session {
  user: { name: string };
  workspace: string;
  workspaces: string[];
  mode: "single-user" | "users";
  version: string;
  started_ms: number;
}

export interface Machine {
  cpu_percent: number;
  cpu_count: number;
  memory_used_bytes: number;
  memory_total_bytes: number;
  disk_used_bytes: number;
  disk_free_bytes: number;
}

export interface RunCounts {
  total: number;
  running: number;
  finished: number;
  failed: number;
  killed: number;
  scheduled: number;
}

export interface Home {
  experiments: number;
  runs: RunCounts;
  attention: RunRow[];
  running: RunRow[];
  recent: ExperimentRow[];
  machine: Machine;
}

export interface ExperimentRow {
  experiment_id: string;
  name: string;
  created_ms: number;
  updated_ms: number;
  lifecycle_stage: LifecycleStage;
  artifact_location: string;
  tags: Tags;
  runs: { total: number; running: number; failed: number };
  last_run_ms: number | null;
  /** Null where no metric tells which run is better, and everywhere but on Home. */
  best: BestRun | null;
}

/** The best run of an experiment by the metric that its runs have in common. */
export interface BestRun {
  run_id: string;
  name: string;
  metric: string;
  aggregate: "min" | "max";
  value: WireNumber;
}

export type ExperimentSort = "updated" | "created" | "name" | "runs";

export interface ExperimentListParams {
  view: View;
  search: string;
  sort: ExperimentSort;
  descending: boolean;
}

export interface ExperimentPage {
  total: number;
  experiments: ExperimentRow[];
}

export interface MetricSummary {
  last: WireNumber;
  min: WireNumber | null;
  max: WireNumber | null;
  step: number;
  timestamp_ms: number;
  points: number;
}

export interface DatasetRef {
  name: string;
  digest: string;
  context: string | null;
}

export interface RunRow {
  run_id: string;
  experiment_id: string;
  experiment_name: string;
  name: string;
  status: RunStatus;
  lifecycle_stage: LifecycleStage;
  start_ms: number | null;
  end_ms: number | null;
  user: string | null;
  source: string | null;
  parent_run_id: string | null;
  params: Record<string, string>;
  metrics: Record<string, MetricSummary>;
  tags: Tags;
  datasets: DatasetRef[];
  model_ids: string[];
  /** How many runs name this one as their parent. */
  children_total?: number;
}

export interface OrderBy {
  /** `metrics.loss`, metrics.`val/acc`, `params.lr`, `tags.x` or `attributes.start_time`. */
  field: string;
  /** For metrics only. */
  aggregate?: Aggregate;
  descending: boolean;
}

export interface RunSearch {
  /** Empty means every experiment of the workspace. */
  experiment_ids: string[];
  /** MLflow's run-search grammar. */
  filter: string;
  view: View;
  order_by: OrderBy[];
  /** Left out: everything that the runs logged, which may be a great deal. */
  columns?: RunColumns;
  /** Without the children of runs that the search has. */
  roots?: boolean;
}

export interface RunSearchPage {
  /** How many runs match, whatever the window. */
  total: number;
  offset: number;
  runs: RunRow[];
}

export interface DatasetDetail extends DatasetRef {
  source_type: string;
  source: string;
  schema: string | null;
  profile: string | null;
}

export interface RunDetail extends RunRow {
  artifact_uri: string;
  parent: { run_id: string; name: string } | null;
  children: { run_id: string; name: string; status: RunStatus; start_ms: number | null }[];
  children_total: number;
  /** The run's data sets with everything known of them. */
  inputs: DatasetDetail[];
  models: { model_id: string; name: string; status: string }[];
}

/** A model that a run logged; MLflow's own shape. */
export interface LoggedModel {
  info: {
    model_id: string;
    experiment_id: string;
    name: string;
    creation_timestamp_ms: number;
    last_updated_timestamp_ms: number;
    artifact_uri: string;
    status: string;
    model_type?: string;
    source_run_id?: string;
    tags?: { key: string; value: string }[];
  };
  data?: {
    params?: { key: string; value: string }[];
    metrics?: { key: string; value: WireNumber; step?: number; dataset_name?: string }[];
  };
}

export type XAxis = "step" | "time" | "relative";

export interface BinsRequest {
  /** At most 200. */
  run_ids: string[];
  /** At most 100. */
  keys: string[];
  x: XAxis;
  lo?: number;
  hi?: number;
  /** At most 2000. */
  buckets: number;
}

export interface BinnedSeries {
  run_id: string;
  key: string;
  /** Points in the range asked for, before binning. */
  points: number;
  /** Steps, ms since the epoch, or ms since the run's start. */
  x: number[];
  min: (WireNumber | null)[];
  max: (WireNumber | null)[];
  mean: (WireNumber | null)[];
  last: (WireNumber | null)[];
  nan: number;
}

export interface BinsResponse {
  series: BinnedSeries[];
  points_total: number;
  buckets: number;
}

export interface ArtifactFile {
  path: string;
  is_dir: boolean;
  file_size?: number;
}

export interface ArtifactListing {
  root_uri: string;
  files?: ArtifactFile[];
  next_page_token?: string;
}
