import type { Pipeline, PipelineVersion } from "@/api/pipelines/types";
import { formatDateTime } from "@/lib/times";
import { RunForm } from "./RunForm";

interface RunDialogProps {
  pipeline: Pipeline;
  version: PipelineVersion;
  onClose: () => void;
}

/** Asks for the parameters of a run of an uploaded pipeline. */
export function RunDialog({ pipeline, version, onClose }: RunDialogProps) {
  const { pipeline_id, pipeline_version_id } = version;
  return (
    <RunForm
      title={`Run ${pipeline.display_name}`}
      spec={version.pipeline_spec}
      of={{ pipeline_version_reference: { pipeline_id, pipeline_version_id } }}
      name={`${pipeline.display_name} ${formatDateTime(Date.now())}`}
      onClose={onClose}
    />
  );
}
