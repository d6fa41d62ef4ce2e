import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { runSpecQuery } from "@/api/pipelines/runs";
import type { PipelineRun } from "@/api/pipelines/types";
import { formatDateTime } from "@/lib/times";
import { toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";
import { RunForm } from "../catalog/RunForm";

/** Asks for another run like this one: the same pipeline, and its parameters to be changed. */
export default function AgainDialog({ run, onClose }: { run: PipelineRun; onClose: () => void }) {
  const workspace = useWorkspace();
  const { data: spec, error } = useQuery(runSpecQuery(workspace, run.id));
  useEffect(() => {
    if (error === null) return;
    toastError("The form could not be made", error);
    onClose();
  }, [error, onClose]);
  if (spec === undefined) return null;
  const { pipeline_id, version_id } = run;
  const of =
    pipeline_id !== "" && version_id !== ""
      ? { pipeline_version_reference: { pipeline_id, pipeline_version_id: version_id } }
      : { pipeline_spec: spec.whole };
  return (
    <RunForm
      title={`Run ${run.pipeline_name || run.name} again`}
      spec={spec.pipeline}
      of={{ ...of, experiment_id: run.experiment_id }}
      name={`${run.name.replace(/ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, "")} ${formatDateTime(Date.now())}`}
      given={run.parameters}
      onClose={onClose}
    />
  );
}
