import { queryOptions } from "@tanstack/react-query";
import { deleteJson, getJson, NATIVE, postJson, putJson, type Workspace } from "../client";
import { keys } from "../keys";
import type { BuiltEnvironment, ComputeSummary, InLine, Node, Quota, QuotaSettings } from "./types";

const ROOT = `${NATIVE}/compute`;
/** How often what machines use is asked for while somebody looks. */
const LOOK_MS = 5_000;

/** What the workspace holds and may hold, and what all machines together have. */
export function computeSummaryQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: keys.computePart(workspace, "summary"),
    queryFn: ({ signal }) => getJson<ComputeSummary>(workspace, `${ROOT}/summary`, { signal }),
  });
}

export function nodesQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: keys.computePart(workspace, "nodes"),
    queryFn: async ({ signal }) =>
      (await getJson<{ nodes: Node[] }>(workspace, `${ROOT}/nodes`, { signal })).nodes,
    refetchInterval: LOOK_MS,
  });
}

/** Who waits, of all workspaces, the next to start first. For administrators. */
export function queueQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: keys.computePart(workspace, "queue"),
    queryFn: async ({ signal }) =>
      (await getJson<{ waiting: InLine[] }>(workspace, `${ROOT}/queue`, { signal })).waiting,
    refetchInterval: LOOK_MS,
  });
}

/** The quotas of these workspaces, in their order. */
export function quotasQuery(workspace: Workspace, workspaces: readonly string[]) {
  return queryOptions({
    queryKey: keys.computePart(workspace, `quotas ${workspaces.join(",")}`),
    queryFn: ({ signal }) =>
      Promise.all(workspaces.map((name) => getJson<Quota>(workspace, quotaPath(name), { signal }))),
  });
}

export function setQuota(workspace: Workspace, name: string, settings: QuotaSettings): Promise<Quota> {
  return putJson(workspace, quotaPath(name), settings);
}

/** Lets a machine take new work, or drains it. */
export function setNodeOpen(workspace: Workspace, name: string, isOpen: boolean): Promise<unknown> {
  return postJson(workspace, `${ROOT}/nodes/${encodeURIComponent(name)}/${isOpen ? "open" : "close"}`, {});
}

export function environmentsQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: keys.computePart(workspace, "environments"),
    queryFn: async ({ signal }) =>
      (await getJson<{ environments: BuiltEnvironment[] }>(workspace, `${ROOT}/environments`, { signal }))
        .environments,
  });
}

/** What the installer said when an environment was built. */
export function buildLogQuery(workspace: Workspace, hash: string) {
  return queryOptions({
    queryKey: keys.computePart(workspace, `build log ${hash}`),
    queryFn: async ({ signal }) =>
      (await getJson<{ text: string }>(workspace, `${ROOT}/environments/${hash}/log`, { signal })).text,
  });
}

export function removeEnvironment(workspace: Workspace, hash: string): Promise<unknown> {
  return deleteJson(workspace, `${ROOT}/environments/${hash}`);
}

function quotaPath(name: string): string {
  return `${ROOT}/quotas/${encodeURIComponent(name)}`;
}
