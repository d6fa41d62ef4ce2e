import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { getJson, MLFLOW, NATIVE, type Workspace } from "../client";
import { keys } from "../keys";
import type { LineageGraph, LineageKind } from "./lineage";
import type {
  Comparison,
  ModelDetail,
  ModelHistory,
  ModelListing,
  ModelPage,
  VersionDetail,
  VersionPage,
} from "./types";

export const MODELS = `${NATIVE}/models`;

/** Every model, the last changed first. */
export const ALL_MODELS: ModelListing = {
  kind: "model",
  search: "",
  owner: "",
  tag: "",
  alias: "",
  stage: "",
  sort: "updated",
  descending: true,
};

export function modelPath(name: string): string {
  return `${MODELS}/${encodeURIComponent(name)}`;
}

export function versionPath(name: string, version: number): string {
  return `${modelPath(name)}/versions/${version}`;
}

/** One window of a listing: rows `offset` to `offset + limit`. `limit` is at most 1000. */
export function modelListQuery(workspace: Workspace, listing: ModelListing, offset: number, limit: number) {
  return queryOptions({
    queryKey: keys.registryList(workspace, listing, offset, limit),
    queryFn: ({ signal }) =>
      getJson<ModelPage>(workspace, MODELS, { query: { ...listing, offset, limit }, signal }),
  });
}

export function modelDetailQuery(workspace: Workspace, name: string) {
  return queryOptions({
    queryKey: keys.registryPart(workspace, "model", name),
    queryFn: ({ signal }) => getJson<ModelDetail>(workspace, modelPath(name), { signal }),
  });
}

/** Who moved which alias and stage of a model, the latest first; a hundred at most. */
export function modelHistoryQuery(workspace: Workspace, name: string) {
  return queryOptions({
    queryKey: keys.registryPart(workspace, "history", name),
    queryFn: ({ signal }) => getJson<ModelHistory>(workspace, `${modelPath(name)}/history`, { signal }),
  });
}

/** One window of the versions of a model, the greatest number first. */
export function versionListQuery(workspace: Workspace, name: string, offset: number, limit: number) {
  return queryOptions({
    queryKey: keys.registryPart(workspace, "versions", name, offset, limit),
    queryFn: ({ signal }) =>
      getJson<VersionPage>(workspace, `${modelPath(name)}/versions`, { query: { offset, limit }, signal }),
  });
}

export function versionQuery(workspace: Workspace, name: string, version: number) {
  return queryOptions({
    queryKey: keys.registryPart(workspace, "version", name, version),
    queryFn: ({ signal }) => getJson<VersionDetail>(workspace, versionPath(name, version), { signal }),
  });
}

export function comparisonQuery(workspace: Workspace, name: string, left: number, right: number) {
  return queryOptions({
    queryKey: keys.registryPart(workspace, "comparison", name, left, right),
    queryFn: ({ signal }) =>
      getJson<Comparison>(workspace, `${versionPath(name, left)}/compare`, {
        query: { against: right },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}

/** Versions that were made of these runs, a hundred at most; MLflow's API searches them by their runs. */
export function versionsOfRunsQuery(workspace: Workspace, runIds: readonly string[]) {
  return queryOptions({
    queryKey: keys.registryPart(workspace, "of-runs", runIds),
    queryFn: async ({ signal }) => {
      const filter = `run_id IN (${runIds.map((id) => `'${id}'`).join(", ")})`;
      const query = { filter, max_results: 100 };
      const path = `${MLFLOW}/model-versions/search`;
      const found = await getJson<{ model_versions?: { name: string; version: string }[] }>(workspace, path, {
        query,
        signal,
      });
      return (found.model_versions ?? []).map(({ name, version }) => ({ name, version: Number(version) }));
    },
  });
}

/** What came of a run, a logged model, a task: `direction` "up" is where it came from. */
export function lineageQuery(workspace: Workspace, kind: LineageKind, id: string, direction: "up" | "down") {
  const path = id.split("/").map(encodeURIComponent).join("/");
  return queryOptions({
    queryKey: keys.registryPart(workspace, "lineage", kind, id, direction),
    queryFn: ({ signal }) =>
      getJson<LineageGraph>(workspace, `${NATIVE}/lineage/${kind}/${path}`, { query: { direction }, signal }),
  });
}
