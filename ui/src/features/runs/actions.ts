import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { keys } from "@/api/keys";
import { deleteRun, deleteRunTag, renameRun, restoreRun, setRunTag } from "@/api/runs";
import type { RunDetail } from "@/api/types";
import { toastDone, toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";

export interface RunActions {
  rename(name: string): Promise<boolean>;
  remove(): Promise<boolean>;
  restore(): Promise<boolean>;
  setTag(key: string, value: string): Promise<boolean>;
  /** Takes a tag away, and offers to put it back. */
  removeTag(key: string, value: string): Promise<boolean>;
}

/** What a person can do to a run. Each says whether it worked; a failure has been told to the person. */
export function useRunActions(run: RunDetail): RunActions {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const runId = run.run_id;
  const attempt = useCallback(
    async (what: string, change: () => Promise<unknown>): Promise<boolean> => {
      try {
        await change();
      } catch (error) {
        toastError(what, error);
        return false;
      }
      await client.invalidateQueries({ queryKey: keys.run(workspace, runId) });
      void client.invalidateQueries({ queryKey: keys.runSearches(workspace) });
      return true;
    },
    [client, workspace, runId],
  );

  const restore = () => attempt("The run was not restored", () => restoreRun(workspace, runId));
  const setTag = (key: string, value: string) =>
    attempt(`Tag ${key} was not saved`, () => setRunTag(workspace, runId, key, value));
  return {
    rename: (name) => attempt("The run was not renamed", () => renameRun(workspace, runId, name)),
    remove: async () => {
      const done = await attempt("The run was not deleted", () => deleteRun(workspace, runId));
      if (done) toastDone(`${run.name} deleted`, () => void restore());
      return done;
    },
    restore,
    setTag,
    removeTag: async (key, value) => {
      const done = await attempt(`Tag ${key} was not removed`, () => deleteRunTag(workspace, runId, key));
      if (done) toastDone(`Tag ${key} removed`, () => void setTag(key, value));
      return done;
    },
  };
}
