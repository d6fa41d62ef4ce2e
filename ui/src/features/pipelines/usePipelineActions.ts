import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { keys } from "@/api/keys";
import { deletePipeline, deleteVersion, uploadPackage } from "@/api/pipelines/catalog";
import { beginRun, changeRun, deleteRun, type RunVerb } from "@/api/pipelines/runs";
import type { NewRun } from "@/api/pipelines/types";
import { toastDone } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";

export interface PipelineActions {
  /** Each throws what the server said. */
  change: (runId: string, verb: RunVerb) => Promise<void>;
  removeRun: (runId: string) => Promise<void>;
  begin: (run: NewRun) => Promise<string>;
  /** Gives the id of the pipeline. */
  upload: (file: File, name: string, pipelineId?: string) => Promise<string>;
  removePipeline: (pipelineId: string) => Promise<void>;
  removeVersion: (pipelineId: string, versionId: string) => Promise<void>;
}

const DONE: Record<RunVerb, string> = {
  terminate: "The run is stopping",
  retry: "The run goes on where it broke",
  archive: "Run archived",
  unarchive: "Run taken out of the archive",
};

/** What can be done to pipelines and their runs. */
export function usePipelineActions(): PipelineActions {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMemo(() => {
    const refresh = () => client.invalidateQueries({ queryKey: keys.pipelines(workspace) });
    return {
      change: async (runId, verb) => {
        await changeRun(workspace, runId, verb);
        await refresh();
        toastDone(DONE[verb]);
      },
      removeRun: async (runId) => {
        await deleteRun(workspace, runId);
        // Not the page of the run, which is about to be left.
        await client.invalidateQueries({ queryKey: [...keys.pipelines(workspace), "runs"] });
        toastDone("Run deleted");
      },
      begin: async (run) => {
        const id = await beginRun(workspace, run);
        await refresh();
        return id;
      },
      upload: async (file, name, pipelineId) => {
        const made = await uploadPackage(workspace, file, name, pipelineId);
        await refresh();
        return pipelineId ?? made.pipeline_id;
      },
      removePipeline: async (pipelineId) => {
        await deletePipeline(workspace, pipelineId);
        // Not its versions, which are gone with it.
        await client.invalidateQueries({ queryKey: keys.pipelineCatalog(workspace), exact: true });
        toastDone("Pipeline deleted");
      },
      removeVersion: async (pipelineId, versionId) => {
        await deleteVersion(workspace, pipelineId, versionId);
        await refresh();
        toastDone("Version deleted");
      },
    };
  }, [client, workspace]);
}
