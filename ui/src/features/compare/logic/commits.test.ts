import { describe, expect, it } from "vitest";
import type { RunRow } from "@/api/types";
import { byCommit } from "./commits";

const run = (name: string, commit?: string): RunRow => ({
  run_id: name,
  experiment_id: "1",
  experiment_name: "e",
  name,
  status: "FINISHED",
  lifecycle_stage: "active",
  start_ms: 0,
  end_ms: 1,
  user: null,
  source: null,
  parent_run_id: null,
  params: {},
  metrics: {},
  tags: commit === undefined ? {} : { "mlflow.source.git.commit": commit },
  datasets: [],
  model_ids: [],
});

describe("byCommit", () => {
  it("groups runs in the order of their commits, those without one last", () => {
    const groups = byCommit([run("a"), run("b", "c1"), run("c", "c2"), run("d", "c1")]);
    expect(groups.map((group) => [group.commit, group.runs.map((one) => one.name)])).toEqual([
      ["c1", ["b", "d"]],
      ["c2", ["c"]],
      [null, ["a"]],
    ]);
  });
});
