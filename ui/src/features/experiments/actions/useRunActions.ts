import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { keys } from "@/api/keys";
import { deleteRun, deleteRunTag, renameRun, restoreRun, setRunTag } from "@/api/runs";
import { eachLimited } from "@/lib/eachLimited";
import { plural } from "@/lib/numbers";
import { toastDone, toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";

/** The server takes one run a call; a browser sends no more than six at a time anyway. */
const AT_ONCE = 6;

export interface RunActions {
  remove: (runIds: readonly string[]) => Promise<void>;
  restore: (runIds: readonly string[]) => Promise<void>;
  rename: (runId: string, name: string) => Promise<void>;
  setTag: (runIds: readonly string[], key: string, value: string) => Promise<void>;
  deleteTag: (runId: string, key: string) => Promise<void>;
}

/** What can be done to runs. Each says what it did, and how to take it back. */
export function useRunActions(): RunActions {
  const workspace = useWorkspace();
  const client = useQueryClient();

  return useMemo(() => {
    const refresh = async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.runs(workspace) }),
        client.invalidateQueries({ queryKey: keys.experiments(workspace) }),
        client.invalidateQueries({ queryKey: keys.home(workspace) }),
      ]);
    };
    const each = async (runIds: readonly string[], verb: string, act: (id: string) => Promise<unknown>) => {
      const { done, failed } = await eachLimited(runIds, AT_ONCE, act);
      await refresh();
      if (failed[0] !== undefined) toastError(`${plural(failed.length, "run")} not ${verb}`, failed[0].error);
      return done;
    };
    const remove = async (runIds: readonly string[]): Promise<void> => {
      const done = await each(runIds, "deleted", (id) => deleteRun(workspace, id));
      if (done.length > 0) toastDone(`${plural(done.length, "run")} deleted`, () => void restore(done));
    };
    const restore = async (runIds: readonly string[]): Promise<void> => {
      const done = await each(runIds, "restored", (id) => restoreRun(workspace, id));
      if (done.length > 0) toastDone(`${plural(done.length, "run")} restored`, () => void remove(done));
    };
    const rename = async (runId: string, name: string): Promise<void> => {
      await renameRun(workspace, runId, name);
      await refresh();
    };
    const setTag = async (runIds: readonly string[], key: string, value: string): Promise<void> => {
      const done = await each(runIds, "tagged", (id) => setRunTag(workspace, id, key, value));
      if (done.length > 0) toastDone(`Tag ${key} set on ${plural(done.length, "run")}`);
    };
    const deleteTag = async (runId: string, key: string): Promise<void> => {
      await deleteRunTag(workspace, runId, key);
      await refresh();
    };
    return { remove, restore, rename, setTag, deleteTag };
  }, [client, workspace]);
}
