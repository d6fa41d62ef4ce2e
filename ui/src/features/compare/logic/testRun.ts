import type { RunRow } from "@/api/types";

/** A finished run with nothing in it, for tests. */
export function testRun(id: string, more: Partial<RunRow> = {}): RunRow {
  return {
    run_id: id,
    experiment_id: "1",
    experiment_name: "sweep",
    name: id,
    status: "FINISHED",
    lifecycle_stage: "active",
    start_ms: 0,
    end_ms: 1000,
    user: "maria",
    source: "train.py",
    parent_run_id: null,
    children_total: 0,
    params: {},
    metrics: {},
    tags: {},
    datasets: [],
    model_ids: [],
    ...more,
  };
}
