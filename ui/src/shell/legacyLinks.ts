import {
  comparePage,
  experimentPage,
  experimentsPage,
  hrefOf,
  modelPage,
  type RunTab,
  runPage,
} from "@/lib/paths";

/** MLflow's tabs of a run page, as ours. */
const RUN_TABS: Record<string, RunTab> = {
  artifacts: "artifacts",
  artifactPath: "artifacts",
  "model-metrics": "charts",
  "system-metrics": "system",
};

/**
 * Our address for an address that an MLflow client printed (`/#/experiments/1/runs/ab12`), or null when `hash`
 * is none of MLflow's.
 */
export function legacyTarget(hash: string, workspace: string): string | null {
  if (!hash.startsWith("#/")) return null;
  const [path = "", query = ""] = hash.slice(1).split("?", 2);
  const [root, experimentId, kind, id, tab] = path.split("/").filter(Boolean).map(decode);
  if (root === "compare-runs") return compareTarget(query, workspace);
  if (root === undefined || root === "experiments" || root === "home") {
    if (experimentId === undefined) return hrefOf(experimentsPage(workspace));
    if (kind === "runs" && id !== undefined) {
      return hrefOf(runPage(workspace, experimentId, id, tab === undefined ? undefined : RUN_TABS[tab]));
    }
    if (kind === "models" && id !== undefined) return hrefOf(modelPage(workspace, experimentId, id));
    return hrefOf(experimentPage(workspace, experimentId));
  }
  return null;
}

function compareTarget(query: string, workspace: string): string {
  const runs: unknown = parse(new URLSearchParams(query).get("runs") ?? "[]");
  const runIds = Array.isArray(runs) ? runs.filter((run) => typeof run === "string") : [];
  return hrefOf(comparePage(workspace, runIds));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
