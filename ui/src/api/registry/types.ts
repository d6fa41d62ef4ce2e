/** The wire shapes of the registry: registered models, prompts, and their versions. Times are ms since the epoch. */

import type { LineageGraph } from "./lineage";

export type Stage = "None" | "Staging" | "Production" | "Archived";
export type ModelKind = "model" | "prompt";
export type ModelSort = "name" | "created" | "updated" | "versions";

/** Which models a list shows, and how; empty means all. */
export interface ModelListing {
  kind: ModelKind;
  /** In the name or the description. */
  search: string;
  owner: string;
  /** `key` or `key=value`. */
  tag: string;
  alias: string;
  stage: string;
  sort: ModelSort;
  descending: boolean;
}

export interface ModelRow {
  name: string;
  kind: ModelKind;
  description: string;
  owner: string;
  state: string;
  /** 0 without versions. */
  latest_version: number;
  /** When that one was made. */
  latest_ms: number | null;
  version_count: number;
  /** Versions in each stage but None. */
  stages: Readonly<Record<string, number>>;
  aliases: Readonly<Record<string, number>>;
  tags: Readonly<Record<string, string>>;
  is_guarded: boolean;
  created_ms: number;
  updated_ms: number;
}

export interface ModelPage {
  total: number;
  models: ModelRow[];
}

/** Who may give which aliases and stages, and what must be green for it. */
export interface Rule {
  aliases: string[];
  stages: string[];
  /** Empty: whoever may edit. */
  promoters: string[];
  required: string[];
}

export interface KeptRule {
  rule: Rule;
  updated_by: string;
  updated_ms: number;
}

export interface ModelDetail {
  model: ModelRow;
  card: string;
  rule: KeptRule | null;
}

export interface VersionRow {
  name: string;
  version: number;
  aliases: string[];
  stage: Stage;
  state: string;
  status: string;
  status_message: string;
  description: string;
  tags: Readonly<Record<string, string>>;
  user: string;
  source: string;
  run_id: string;
  run_link: string;
  logged_model_id: string;
  created_ms: number;
  updated_ms: number;
}

export interface VersionPage {
  total: number;
  versions: VersionRow[];
}

export interface RunBrief {
  id: string;
  name: string;
  experiment_id: string;
  status: string;
  user: string;
  start_ms: number | null;
  end_ms: number | null;
  is_deleted: boolean;
}

export interface ModelMeasure {
  key: string;
  /** Null is not a number. */
  value: number | null;
  step: number;
  timestamp_ms: number;
  /** `name@digest`, or empty. */
  dataset: string;
  run_id: string;
}

export interface LoggedModelBrief {
  id: string;
  name: string;
  status: string;
  model_type: string;
  experiment_id: string;
  params: Readonly<Record<string, string>>;
  metrics: ModelMeasure[];
  tags: Readonly<Record<string, string>>;
}

export interface HistoryLine {
  turn: "stage" | "alias";
  version: number;
  alias: string;
  before: string;
  after: string;
  by: string;
  at_ms: number;
}

/** What happened to the versions of a model, the latest first. */
export interface ModelHistory {
  history: HistoryLine[];
}

/** A requirement of a rule, and whether a version meets it. */
export interface Verdict {
  requirement: string;
  is_green: boolean;
  reason: string;
  link: string;
}

/** A check that ran elsewhere, as it was last reported. */
export interface Report {
  name: string;
  outcome: "green" | "red";
  message: string;
  link: string;
  reported_by: string;
  reported_ms: number;
}

export interface Column {
  name: string;
  type: string;
  is_required: boolean;
  default: string;
}

export interface Signature {
  inputs: Column[];
  outputs: Column[];
  params: Column[];
}

export interface ModelFile {
  path: string;
  size: number;
  digest: string;
}

/** What is known of a version's files. Where nothing can be read, `problem` says why. */
export interface ModelFacts {
  problem: string;
  /** Where the files lie among the workspace's artifacts. */
  folder: string;
  format: "safe" | "pickle" | "code" | "unknown";
  unsafe_files: string[];
  flavors: { name: string; version: string }[];
  loader: string;
  mlflow_version: string;
  python_version: string;
  created: string;
  signature: Signature | null;
  input_example: string;
  requirements: string[];
  size: number;
  file_count: number;
  files: ModelFile[];
}

export interface VersionDetail {
  version: VersionRow;
  model: ModelRow;
  card: string;
  facts: ModelFacts;
  run: RunBrief | null;
  logged_model: LoggedModelBrief | null;
  params: Readonly<Record<string, string>>;
  metrics: Readonly<Record<string, number | null>>;
  rule: KeptRule | null;
  checks: Verdict[];
  reports: Report[];
  /** Who would lose it if it was deleted. */
  used_by: string[];
  lineage: LineageGraph;
  history: HistoryLine[];
}

export interface Difference {
  key: string;
  left: string | null;
  right: string | null;
  is_same: boolean;
}

export interface FileDifference {
  path: string;
  left: number | null;
  right: number | null;
  is_same: boolean;
}

/** Two versions side by side: all their values, with those that differ marked. */
export interface Comparison {
  left: VersionRow;
  right: VersionRow;
  facts: Difference[];
  params: Difference[];
  metrics: Difference[];
  tags: Difference[];
  inputs: Difference[];
  outputs: Difference[];
  signature_params: Difference[];
  requirements: Difference[];
  files: FileDifference[];
}
