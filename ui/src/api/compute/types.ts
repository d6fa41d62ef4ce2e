/** The wire shapes of compute. They are the server's own, with the words that its document calls plain strings. */

import type { components } from "../generated";

type Wire = components["schemas"];

export type JobState = Wire["State"];
export type JobKind = Wire["Kind"];
export type Outcome =
  | "succeeded"
  | "failed"
  | "killed"
  | "out_of_memory"
  | "timed_out"
  | "lost"
  | "stopped"
  | "not_started";

/** Amounts that are zero are left out. */
export type Resources = Partial<Wire["Resources"]>;
export type Environment = Partial<Wire["Environment"]>;

export interface JobRow extends Omit<Wire["WorkloadRow"], "state" | "kind" | "resources"> {
  state: JobState;
  kind: JobKind;
  resources: Resources;
}

/** What was asked; what is as by default is left out. */
export interface JobSpec
  extends Partial<Omit<Wire["Spec"], "resources" | "environment" | "restart" | "files" | "call">> {
  resources?: Resources;
  environment?: Environment;
  restart?: Partial<Wire["Restart"]>;
  files?: { path: string; digest: string; executable?: boolean }[];
  call?: Partial<Wire["Call"]> | null;
}

export interface JobMoment extends Omit<Wire["HistoryRow"], "state"> {
  state: JobState;
}

export interface JobProcess extends Omit<Wire["ProcessRow"], "outcome"> {
  outcome: Outcome | null;
}

export interface JobDetails {
  workload: JobRow;
  spec: JobSpec;
  /** What it waits for, where it waits. */
  why: string;
  history: JobMoment[];
  processes: JobProcess[];
}

export type JobSort = Wire["WorkloadSort"];

export interface JobListing {
  /** Empty means all. */
  state: readonly JobState[];
  kind: readonly JobKind[];
  owner: string;
  group: string;
  search: string;
  sort: JobSort;
  descending: boolean;
  ended_since_ms?: number;
}

export interface JobPage {
  total: number;
  /** How many of the workspace, or of the group, are in each state. */
  states: Partial<Record<JobState, number>>;
  workloads: JobRow[];
}

export interface NodeHolder extends Omit<Wire["HolderRow"], "state" | "resources"> {
  state: JobState;
  resources: Resources;
}

export interface Node extends Omit<Wire["NodeRow"], "capacity" | "used" | "holders"> {
  capacity: Resources;
  used: Resources;
  holders: NodeHolder[];
}

export interface InLine extends Omit<Wire["InLineRow"], "resources"> {
  resources: Resources;
}

export type QuotaSettings = Wire["QuotaSettings"];

export interface Quota extends Omit<Wire["QuotaRow"], "used"> {
  used: Resources;
}

export interface ComputeSummary
  extends Omit<Wire["ComputeSummary"], "capacity" | "used" | "quota" | "states"> {
  states: Partial<Record<JobState, number>>;
  quota: Quota;
  capacity: Resources;
  used: Resources;
}

/** What was installed once for jobs that ask for packages. */
export type BuiltEnvironment = Omit<Wire["EnvironmentRow"], "state"> & {
  state: "building" | "ready" | "failed";
};
