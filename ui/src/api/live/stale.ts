import type { QueryKey } from "@tanstack/react-query";
import type { Workspace } from "../client";
import type { BinsRequest, ChangeEvent } from "../types";

/**
 * Which cached answers a batch of changes makes stale. A running experiment sends changes every second, so this
 * is as narrow as the key allows: a run's own page refreshes for its own run, curves only for the runs drawn.
 */
export function staleAfter(
  workspace: Workspace,
  changes: readonly ChangeEvent[],
): (key: QueryKey) => boolean {
  const runs = new Set(changes.flatMap((change) => change.run_id ?? []));
  const kinds = new Set(changes.map((change) => change.kind));
  const metricRuns = new Set(changes.filter((c) => c.kind === "metrics").flatMap((c) => c.run_id ?? []));
  const jobs = new Set(changes.flatMap((change) => change.workload_id ?? []));
  const pipelineRuns = new Set(changes.flatMap((change) => change.pipeline_run ?? []));
  const listsChanged = kinds.has("run") || kinds.has("experiment");

  return (key) => {
    const [root, keyWorkspace, resource, part, id] = key;
    if (root !== "w" || keyWorkspace !== workspace) return false;
    switch (resource) {
      case "home":
      case "experiments":
        return listsChanged || (kinds.has("metrics") && id !== undefined);
      case "runs":
        return part === "one" ? runs.has(String(id)) : kinds.has("run") || kinds.has("metrics");
      case "metrics":
        return part !== "bins" || drawsAny(id, metricRuns);
      case "jobs":
        return jobs.size > 0 && (part === "list" || jobs.has(String(id)));
      case "pipelines":
        // What is drawn of a run never changes, and what a task made is asked for by how the task stands.
        if (part === "schedules") return kinds.has("pipeline");
        return part === "runs"
          ? pipelineRuns.size > 0
          : (part === "run" || part === "times") && pipelineRuns.has(String(id));
      case "registry":
        return kinds.has("registry");
      case "compute":
        return kinds.has("workload");
      case "artifacts":
        return kinds.has("artifact") && runs.has(String(part));
      default:
        return false;
    }
  };
}

function drawsAny(request: unknown, runs: ReadonlySet<string>): boolean {
  const { run_ids } = request as BinsRequest;
  return run_ids.some((runId) => runs.has(runId));
}
