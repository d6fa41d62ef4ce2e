import { describe, expect, it } from "vitest";
import type { RunRow } from "@/api/types";
import type { Column } from "../view/columns";
import { cellText } from "./cellText";

const RUN: RunRow = {
  run_id: "ab12",
  experiment_id: "1",
  experiment_name: "e",
  name: "adam",
  status: "RUNNING",
  lifecycle_stage: "active",
  start_ms: 1_000,
  end_ms: null,
  user: null,
  source: "train.py",
  parent_run_id: null,
  params: { lr: "0.1" },
  metrics: {
    "val/acc": { last: 0.98732211234, min: 0.1, max: 0.99, step: 9, timestamp_ms: 0, points: 10 },
    bad: { last: "NaN", min: null, max: null, step: 0, timestamp_ms: 0, points: 1 },
  },
  tags: {},
  datasets: [],
  model_ids: [],
};

function text(column: Column, run: RunRow = RUN): string {
  return cellText(run, column, 62_000).text;
}

describe("cellText", () => {
  it("shows a metric short, and all of it on hover", () => {
    const cell = cellText(RUN, { kind: "metrics", key: "val/acc", aggregate: "last" }, 0);
    expect(cell.text).toBe("0.98732");
    expect(cell.title).toBe("val/acc\nlast 0.98732211234\nmin 0.1\nmax 0.99\nlast step 9\n10 points");
  });

  it("says NaN where no value was finite, and a dash where there is none", () => {
    expect(text({ kind: "metrics", key: "bad", aggregate: "min" })).toBe("NaN");
    expect(text({ kind: "metrics", key: "none", aggregate: "last" })).toBe("–");
    expect(text({ kind: "params", key: "none" })).toBe("–");
    expect(text({ kind: "attributes", key: "datasets" })).toBe("–");
  });

  it("counts a running run's time, and does not invent one for a run that died", () => {
    expect(text({ kind: "attributes", key: "duration" })).toBe("1m 01s");
    expect(text({ kind: "attributes", key: "duration" }, { ...RUN, status: "FAILED" })).toBe("–");
  });
});
