import { describe, expect, it } from "vitest";
import type { JobListing } from "../compute/types";
import { keys } from "../keys";
import type { BinsRequest, ChangeEvent, RunSearch } from "../types";
import { staleAfter } from "./stale";

const SEARCH: RunSearch = { experiment_ids: ["1"], filter: "", view: "active", order_by: [] };
const LISTING: JobListing = {
  state: [],
  kind: [],
  owner: "",
  group: "",
  search: "",
  sort: "created",
  descending: true,
};
const bins = (run: string): BinsRequest => ({ run_ids: [run], keys: ["loss"], x: "step", buckets: 10 });
const change = (kind: ChangeEvent["kind"], run_id: string | null): ChangeEvent => ({
  kind,
  experiment_id: "1",
  run_id,
  workload_id: null,
  pipeline_run: null,
});
const jobChange = (workload_id: string): ChangeEvent => ({
  kind: "workload",
  experiment_id: null,
  run_id: null,
  workload_id,
  pipeline_run: null,
});

describe("what a change makes stale", () => {
  it("refreshes lists and the run itself when a run changes, but no curves and no other run", () => {
    const stale = staleAfter("default", [change("run", "a")]);
    expect(stale(keys.home("default"))).toBe(true);
    expect(stale(keys.experiment("default", "1"))).toBe(true);
    expect(stale(keys.runSearch("default", SEARCH, 0, 100))).toBe(true);
    expect(stale(keys.run("default", "a"))).toBe(true);
    expect(stale(keys.run("default", "b"))).toBe(false);
    expect(stale(keys.bins("default", bins("a")))).toBe(false);
  });

  it("refreshes the curves of the runs whose metrics came, and the table's values", () => {
    const stale = staleAfter("default", [change("metrics", "a")]);
    expect(stale(keys.bins("default", bins("a")))).toBe(true);
    expect(stale(keys.bins("default", bins("b")))).toBe(false);
    expect(stale(keys.runSearch("default", SEARCH, 0, 100))).toBe(true);
    expect(stale(keys.artifacts("default", "a"))).toBe(false);
  });

  it("refreshes the artifacts of one run", () => {
    const stale = staleAfter("default", [change("artifact", "a")]);
    expect(stale(keys.artifactList("default", "a", ""))).toBe(true);
    expect(stale(keys.artifactList("default", "b", ""))).toBe(false);
  });

  it("refreshes the lists of jobs, the job itself and the machines, but no other job and no run", () => {
    const stale = staleAfter("default", [jobChange("a")]);
    expect(stale(keys.jobList("default", LISTING, 0, 100))).toBe(true);
    expect(stale(keys.job("default", "a"))).toBe(true);
    expect(stale(keys.job("default", "b"))).toBe(false);
    expect(stale(keys.computePart("default", "nodes"))).toBe(true);
    expect(stale(keys.home("default"))).toBe(false);
    expect(stale(keys.runSearch("default", SEARCH, 0, 100))).toBe(false);
  });

  it("refreshes lists and the job itself when a job says how far it is, and not the machines", () => {
    const stale = staleAfter("default", [{ ...jobChange("a"), kind: "progress" }]);
    expect(stale(keys.jobList("default", LISTING, 0, 100))).toBe(true);
    expect(stale(keys.job("default", "a"))).toBe(true);
    expect(stale(keys.job("default", "b"))).toBe(false);
    expect(stale(keys.computePart("default", "nodes"))).toBe(false);
  });

  it("refreshes the lists of pipeline runs and the run that changed, and not what was uploaded or drawn", () => {
    const listing = { state: [], search: "", pipeline: "", experiment: "", archived: false };
    const stale = staleAfter("default", [{ ...change("pipeline", null), pipeline_run: "a" }]);
    expect(stale(keys.pipelineRuns("default", listing, 1))).toBe(true);
    expect(stale(keys.pipelineRun("default", "a"))).toBe(true);
    expect(stale(keys.pipelineRun("default", "b"))).toBe(false);
    expect(stale(keys.pipelineGraph("default", "a"))).toBe(false);
    expect(stale(keys.pipelineCatalog("default"))).toBe(false);
    expect(stale(keys.jobList("default", LISTING, 0, 100))).toBe(false);
    expect(staleAfter("default", [jobChange("a")])(keys.pipelineRun("default", "a"))).toBe(false);
  });

  it("refreshes schedules when one of them changed, or a run that may be theirs", () => {
    const stale = staleAfter("default", [change("pipeline", null)]);
    expect(stale(keys.pipelineSchedules("default"))).toBe(true);
    expect(stale(keys.pipelineSchedule("default", "a"))).toBe(true);
    expect(stale(keys.schedulePreview("default", { interval_s: 60 }))).toBe(false);
    expect(staleAfter("default", [jobChange("a")])(keys.pipelineSchedules("default"))).toBe(false);
  });

  it("refreshes what is registered when a model or a version changed, and nothing else", () => {
    const stale = staleAfter("default", [change("registry", null)]);
    expect(stale(keys.registryPart("default", "version", "digits", 3))).toBe(true);
    expect(stale(keys.registryPart("default", "lineage", "run", "a", "down"))).toBe(true);
    expect(stale(keys.run("default", "a"))).toBe(false);
    expect(staleAfter("default", [change("run", "a")])(keys.registryPart("default", "model", "x"))).toBe(
      false,
    );
  });

  it("leaves other workspaces and the session alone", () => {
    const stale = staleAfter("default", [change("run", "a"), change("experiment", null)]);
    expect(stale(keys.home("other"))).toBe(false);
    expect(stale(keys.session("default"))).toBe(false);
  });
});
