import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Workspace } from "@/api/client";
import { createExperiment, deleteExperiment, renameExperiment, restoreExperiment } from "@/api/experiments";
import { keys } from "@/api/keys";
import { toastDone, toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";

/** The parts of an experiment that actions need. */
export interface Named {
  experiment_id: string;
  name: string;
}

export interface ExperimentActions {
  /** Answers the new experiment's id. */
  create: (name: string) => Promise<string>;
  rename: (experiment: Named, name: string) => Promise<void>;
  remove: (experiment: Named) => Promise<void>;
  restore: (experiment: Named) => Promise<void>;
}

/** What can be done to an experiment. A form shows why `create` or `rename` failed; the others say so in a toast. */
export function useExperimentActions(): ExperimentActions {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMemo(
    () => actionsFor(workspace, () => client.invalidateQueries({ queryKey: keys.workspace(workspace) })),
    [client, workspace],
  );
}

function actionsFor(workspace: Workspace, refresh: () => Promise<void>): ExperimentActions {
  const remove = async (experiment: Named): Promise<void> => {
    try {
      await deleteExperiment(workspace, experiment.experiment_id);
      toastDone(`${experiment.name} deleted`, () => void restore(experiment));
    } catch (error) {
      toastError(`${experiment.name} not deleted`, error);
    }
    await refresh();
  };
  const restore = async (experiment: Named): Promise<void> => {
    try {
      await restoreExperiment(workspace, experiment.experiment_id);
      toastDone(`${experiment.name} restored`);
    } catch (error) {
      toastError(`${experiment.name} not restored`, error);
    }
    await refresh();
  };
  return {
    remove,
    restore,
    create: async (name) => {
      const { experiment_id } = await createExperiment(workspace, name);
      await refresh();
      return experiment_id;
    },
    rename: async (experiment, name) => {
      await renameExperiment(workspace, experiment.experiment_id, name);
      toastDone(`Renamed to ${name}`);
      await refresh();
    },
  };
}
