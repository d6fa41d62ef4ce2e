import { queryOptions } from "@tanstack/react-query";
import { getJson, MLFLOW, NATIVE, postJson, type Workspace } from "../client";
import { keys } from "../keys";
import type { ExperimentFields, ExperimentListParams, ExperimentPage, ExperimentRow, View } from "../types";

/** The server's largest window of experiments. */
const EXPERIMENT_WINDOW = 1000;

/** Every experiment that matches, in windows joined on the client: an experiment list is thousands, not millions. */
export function experimentListQuery(workspace: Workspace, params: ExperimentListParams) {
  return queryOptions({
    queryKey: keys.experimentList(workspace, params),
    queryFn: ({ signal }) => allExperiments(workspace, params, signal),
    placeholderData: (previous) => previous,
  });
}

/** The experiments whose name holds `text`, the most recent first; all recent ones for "". */
export function experimentMatchesQuery(workspace: Workspace, text: string, limit: number) {
  return queryOptions({
    queryKey: keys.experimentMatches(workspace, text, limit),
    queryFn: ({ signal }) =>
      getJson<ExperimentPage>(workspace, `${NATIVE}/experiments`, {
        query: { view: "active", search: text, sort: "updated", descending: true, offset: 0, limit },
        signal,
      }),
  });
}

export function experimentQuery(workspace: Workspace, experimentId: string) {
  return queryOptions({
    queryKey: keys.experiment(workspace, experimentId),
    queryFn: ({ signal }) =>
      getJson<ExperimentRow>(workspace, `${NATIVE}/experiments/${encodeURIComponent(experimentId)}`, {
        signal,
      }),
  });
}

/** While it is not known which there are. */
export const NO_FIELDS: ExperimentFields = {
  metrics: [],
  params: [],
  tags: [],
  totals: { metrics: 0, params: 0, tags: 0 },
  nested: false,
};

/** Which metric, parameter and tag keys with `search` in their names the runs of an experiment have. */
export function fieldsQuery(
  workspace: Workspace,
  experimentId: string,
  view: View = "active",
  search: string = "",
) {
  return queryOptions({
    queryKey: keys.fields(workspace, experimentId, view, search),
    queryFn: ({ signal }) =>
      getJson<ExperimentFields>(
        workspace,
        `${NATIVE}/experiments/${encodeURIComponent(experimentId)}/fields`,
        {
          query: { view, search },
          signal,
        },
      ),
    placeholderData: (previous) => previous,
  });
}

export function createExperiment(workspace: Workspace, name: string): Promise<{ experiment_id: string }> {
  return postJson(workspace, `${MLFLOW}/experiments/create`, { name });
}

export function renameExperiment(workspace: Workspace, experimentId: string, name: string): Promise<unknown> {
  return postJson(workspace, `${MLFLOW}/experiments/update`, { experiment_id: experimentId, new_name: name });
}

export function deleteExperiment(workspace: Workspace, experimentId: string): Promise<unknown> {
  return postJson(workspace, `${MLFLOW}/experiments/delete`, { experiment_id: experimentId });
}

export function restoreExperiment(workspace: Workspace, experimentId: string): Promise<unknown> {
  return postJson(workspace, `${MLFLOW}/experiments/restore`, { experiment_id: experimentId });
}

export function setExperimentTag(
  workspace: Workspace,
  experimentId: string,
  key: string,
  value: string,
): Promise<unknown> {
  return postJson(workspace, `${MLFLOW}/experiments/set-experiment-tag`, {
    experiment_id: experimentId,
    key,
    value,
  });
}

async function allExperiments(
  workspace: Workspace,
  params: ExperimentListParams,
  signal: AbortSignal,
): Promise<ExperimentPage> {
  const experiments: ExperimentRow[] = [];
  for (;;) {
    const page = await getJson<ExperimentPage>(workspace, `${NATIVE}/experiments`, {
      query: { ...params, offset: experiments.length, limit: EXPERIMENT_WINDOW },
      signal,
    });
    experiments.push(...page.experiments);
    if (page.experiments.length === 0 || experiments.length >= page.total)
      return { total: page.total, experiments };
  }
}
