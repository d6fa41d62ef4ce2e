import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { keys } from "@/api/keys";
import { deleteRun, deleteRunTag, renameRun, restoreRun, setRunTag } from "@/api/runs";
import type { RunDetail } from "@/api/types";
import { toastDone, toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";

/** The tag that holds a run's note; MLflow's clients know it too. */
export const NOTE_TAG = "mlflow.note.content";

/** Each change that works is told to the person, with a way to take it back. */
export interface RunActions {
  rename(name: string): Promise<boolean>;
  remove(): Promise<boolean>;
  restore(): Promise<boolean>;
  setTag(key: string, value: string): Promise<boolean>;
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
  const rename = (name: string) =>
    attempt("The run was not renamed", () => renameRun(workspace, runId, name));
  const writeTag = (key: string, value: string) =>
    attempt(`${tagWord(key)} was not saved`, () => setRunTag(workspace, runId, key, value));
  const dropTag = (key: string) =>
    attempt(`${tagWord(key)} was not removed`, () => deleteRunTag(workspace, runId, key));

  return {
    rename: (name) => announced(rename(name), `Renamed to ${name}`, () => rename(run.name)),
    remove: () =>
      announced(
        attempt("The run was not deleted", () => deleteRun(workspace, runId)),
        `${run.name} deleted`,
        restore,
      ),
    restore,
    setTag: (key, value) => {
      const before = run.tags[key];
      const undo = () => (before === undefined ? dropTag(key) : writeTag(key, before));
      return announced(writeTag(key, value), `${tagWord(key)} saved`, undo);
    },
    removeTag: (key, value) => announced(dropTag(key), `${tagWord(key)} removed`, () => writeTag(key, value)),
  };
}

/** Says that a change worked, with a way to take it back. */
async function announced(
  change: Promise<boolean>,
  text: string,
  undo: () => Promise<unknown>,
): Promise<boolean> {
  const done = await change;
  if (done) toastDone(text, () => void undo());
  return done;
}

function tagWord(key: string): string {
  return key === NOTE_TAG ? "Note" : `Tag ${key}`;
}
