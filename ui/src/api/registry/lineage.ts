/** The wire shapes of lineage: what came of what. */

export type LineageKind =
  | "dataset"
  | "commit"
  | "pipeline_task"
  | "run"
  | "logged_model"
  | "model_version"
  | "endpoint";

export interface LineageNode {
  /** `<kind>:<id>`. */
  key: string;
  kind: LineageKind;
  id: string;
  title: string;
  detail: string;
  /** Below the workspace's address; empty where it has none. */
  page: string;
  state: string;
  exists: boolean;
  /** Steps from the start: below 0 what it came of, above 0 what came of it. */
  depth: number;
}

export interface LineageGraph {
  start: string;
  nodes: LineageNode[];
  edges: { source: string; target: string }[];
  is_whole: boolean;
}
