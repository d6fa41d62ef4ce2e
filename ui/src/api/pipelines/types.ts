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
}

export interface Values {
  parameters: Parameters;
  artifacts: Readonly<Record<string, readonly TaskArtifact[]>>;
}

export interface PipelineTask extends Omit<Wire["PipelineTaskRow"], "state" | "kind" | "inputs" | "outputs"> {
  state: TaskState;
  kind: TaskKind;
  inputs: Values;
  outputs: Values;
}

export interface PipelineRun extends Omit<Wire["PipelineRunRow"], "state" | "parameters" | "tasks"> {
  state: RunState;
  parameters: Parameters;
  /** In the order in which they came to be; none in lists. The one with the empty path is the run itself. */
  tasks: PipelineTask[];
}

export interface PipelineRunPage extends Omit<Wire["PipelineRunPage"], "runs"> {
  runs: PipelineRun[];
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

export interface NewRun {
  display_name: string;
  pipeline_version_reference: { pipeline_id: string; pipeline_version_id: string };
  runtime_config: { parameters: Parameters };
}
