import { queryOptions } from "@tanstack/react-query";
import { getJson, MLFLOW, type Workspace } from "../client";
import { keys } from "../keys";
import type { LoggedModel } from "../types";

/** A logged model, as MLflow's API tells it. */
export function modelQuery(workspace: Workspace, modelId: string) {
  return queryOptions({
    queryKey: keys.model(workspace, modelId),
    queryFn: async ({ signal }) => {
      const path = `${MLFLOW}/logged-models/${encodeURIComponent(modelId)}`;
      const { model } = await getJson<{ model: LoggedModel }>(workspace, path, { signal });
      return model;
    },
  });
}
