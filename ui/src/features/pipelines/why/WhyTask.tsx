import { useQuery } from "@tanstack/react-query";
import { jobQuery } from "@/api/compute/jobs";
import type { PipelineRun } from "@/api/pipelines/types";
import { decisive, processesOf } from "@/features/jobs/logic/outcome";
import { AtTheEnd } from "@/features/jobs/page/AtTheEnd";
import { ErrorInLog, LastLines } from "@/features/jobs/page/WhyTab";
import { useWorkspace } from "@/lib/workspace";
import { SinceGreen } from "./SinceGreen";

interface WhyTaskProps {
  run: PipelineRun;
  /** The job that executed the task; empty where none did. */
  job: string;
}

/** Why a step failed: where in one's own code, what changed since a run that went well, the last lines, what it held. */
export default function WhyTask({ run, job: id }: WhyTaskProps) {
  const workspace = useWorkspace();
  const { data: job } = useQuery({ ...jobQuery(workspace, id), enabled: id !== "" });
  // Of a job that was removed meanwhile the error is all that is known, and stands above.
  const process = job === undefined ? undefined : decisive(processesOf(job, job.workload.attempt));
  if (job === undefined || process === undefined) return <SinceGreen run={run} />;
  return (
    <>
      <ErrorInLog job={job} process={process} />
      <SinceGreen run={run} />
      <LastLines job={job} process={process} />
      <AtTheEnd job={job} process={process} />
    </>
  );
}
