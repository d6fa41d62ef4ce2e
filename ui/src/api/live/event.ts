/** Something changed: what it was, and of which run, experiment or job. */
export interface ChangeEvent {
  kind:
    | "run"
    | "experiment"
    | "metrics"
    | "artifact"
    | "model"
    | "workload"
    | "progress"
    | "pipeline"
    | "registry";
  experiment_id: string | null;
  run_id: string | null;
  workload_id: string | null;
  pipeline_run: string | null;
}
