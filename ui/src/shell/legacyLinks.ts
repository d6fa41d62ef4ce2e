import {
  catalogPage,
  comparePage,
  experimentPage,
  experimentsPage,
  hrefOf,
  modelPage,
  pipelineRunPage,
  pipelinesPage,
  type RunTab,
  registeredModelPage,
  registryPage,
  runPage,
  versionPage,
} from "@/lib/paths";

/** MLflow's tabs of a run page, as ours. */
const RUN_TABS: Record<string, RunTab> = {
  artifacts: "artifacts",
  artifactPath: "artifacts",
  "model-metrics": "charts",
  "system-metrics": "system",
};

/**
 * Our address for an address that a client of MLflow (`/#/experiments/1/runs/ab12`) or of Kubeflow
 * (`/#/runs/details/ab12`) printed, or null when `hash` is none of theirs.
 */
export function legacyTarget(hash: string, workspace: string): string | null {
  if (!hash.startsWith("#/")) return null;
  const [path = "", query = ""] = hash.slice(1).split("?", 2);
  const [root, experimentId, kind, id, tab] = path.split("/").filter(Boolean).map(decode);
  const printed = kubeflowTarget(path, workspace);
  if (printed !== null) return printed;
  if (root === "models" || root === "prompts") return registryTarget(root, experimentId, kind, id, workspace);
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

/** An experiment has no page of its own: it is a list of its runs. */
function kubeflowTarget(path: string, workspace: string): string | null {
  const [root, details, id, kind, versionId] = path.split("/").filter(Boolean).map(decode);
  if (root === "runs" && details === undefined) return hrefOf(pipelinesPage(workspace));
  if (root === "pipelines" && details === undefined) return hrefOf(catalogPage(workspace));
  if (details !== "details" || id === undefined) return null;
  if (root === "runs") return hrefOf(pipelineRunPage(workspace, id));
  if (root === "experiments") return hrefOf(pipelinesPage(workspace, { experiment: id }));
  if (root !== "pipelines") return null;
  return hrefOf(catalogPage(workspace, id, kind === "version" ? versionId : undefined));
}

/** `/models/digits`, `/models/digits/versions/3`, `/prompts/greet`. */
function registryTarget(
  root: "models" | "prompts",
  name: string | undefined,
  versions: string | undefined,
  version: string | undefined,
  workspace: string,
): string {
  if (name === undefined)
    return hrefOf(registryPage(workspace, root === "prompts" ? { kind: "prompt" } : {}));
  const number = versions === "versions" ? Number(version) : 0;
  return hrefOf(number > 0 ? versionPage(workspace, name, number) : registeredModelPage(workspace, name));
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
