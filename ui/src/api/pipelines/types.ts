/** The wire shapes of pipelines: our own list and page of runs, and what Kubeflow's API says of the rest. */

import type { components } from "../generated";

type Wire = components["schemas"];

/** Kubeflow's states of a run, as far as a run here is in them. */
export type RunState = "PENDING" | "RUNNING" | "CANCELING" | "SUCCEEDED" | "FAILED" | "CANCELED";

export type TaskState =
  | "waiting"
  | "ready"
  | "running"
  | "canceling"
  | "succeeded"
  | "cached"
  | "skipped"
  | "failed"
  | "canceled"
  | "upstream_failed";

export type TaskKind = "executor" | "importer" | "dag" | "loop";

/** Parameters by name, each of any JSON. */
export type Parameters = Readonly<Record<string, unknown>>;

export interface TaskArtifact {
  name: string;
  uri: string;
  /** As `system.Dataset`; empty where the pipeline does not say. */
  type: string;
  metadata: Parameters;
  /** Bytes; null where it lies outside the server. */
  size: number | null;
}

export interface Values {
  parameters: Parameters;
  artifacts: Readonly<Record<string, readonly TaskArtifact[]>>;
}

/** A task of a run in short: what it was given and made is asked for by its path. */
export interface PipelineTask extends Omit<Wire["TaskLine"], "state" | "kind"> {
  state: TaskState;
  kind: TaskKind;
}

/** What a task was given and made, and how it was executed. */
export interface TaskValues {
  /** `worker`, `container` or `command`; empty where nothing was executed. */
  how: string;
  notes: readonly string[];
  inputs: Values;
  outputs: Values;
}

/** How many steps are in each state; those that are still to come are `waiting`. */
export type StepCounts = Readonly<Partial<Record<TaskState, number>>>;

/** A run without its tasks; in lists without its parameters. */
export interface PipelineRunRow
  extends Omit<Wire["PipelineRunRow"], "state" | "parameters" | "tasks" | "counts"> {
  state: RunState;
  parameters: Parameters;
  counts: StepCounts;
}

export interface PipelineRun extends PipelineRunRow {
  /** Grows with every change of its tasks. */
  revision: number;
  /** In the order in which they came to be. The one with the empty path is the run itself. */
  tasks: readonly PipelineTask[];
}

/** What changed of a run since a revision. */
export interface RunNews {
  run: PipelineRunRow;
  revision: number;
  tasks: readonly PipelineTask[];
}

/** The structure of a pipeline. */
export interface Drawing extends Omit<Wire["Drawing"], "dags"> {
  dags: readonly DrawnDag[];
}

export interface DrawnDag {
  id: string;
  tasks: readonly DrawnTask[];
}

export interface DrawnTask extends Omit<Wire["DrawnTask"], "kind"> {
  kind: TaskKind;
}

export type RunChanges = Wire["Changes"];
export type TaskChange = Wire["TaskChange"];
export type CodeChange = Wire["CodeChange"];

export interface PipelineRunPage extends Omit<Wire["PipelineRunPage"], "runs"> {
  runs: PipelineRunRow[];
}

export interface PipelineRunListing {
  /** Empty means all. */
  state: readonly RunState[];
  search: string;
  /** Empty means all. */
  pipeline: string;
  experiment: string;
  archived: boolean;
}

/** A pipeline as Kubeflow's API has it; what is empty is left out. */
export interface Pipeline {
  pipeline_id: string;
  display_name: string;
  created_at: string;
  description?: string;
}

export interface PipelineVersion {
  pipeline_id: string;
  pipeline_version_id: string;
  display_name: string;
  created_at: string;
  description?: string;
  pipeline_spec: PipelineSpec;
}

/** What the page reads of a PipelineSpec. */
export interface PipelineSpec {
  pipelineInfo?: { name?: string; description?: string };
  root?: {
    inputDefinitions?: {
      parameters?: Record<string, InputParameter>;
      artifacts?: Record<string, { isOptional?: boolean }>;
    };
    dag?: { tasks?: Record<string, unknown> };
  };
}

export interface InputParameter {
  parameterType?: string;
  defaultValue?: unknown;
  isOptional?: boolean;
  description?: string;
  /** The only values that it may have; none or absent: any. */
  literals?: readonly unknown[];
}

/** Of a version that was uploaded, or of a spec. */
export interface NewRun {
  display_name: string;
  experiment_id?: string;
  pipeline_version_reference?: { pipeline_id: string; pipeline_version_id: string };
  pipeline_spec?: PipelineSpec;
  runtime_config: { parameters: Parameters };
}
