import { Fact } from "@/lib/Facts";
import { PageLink } from "@/lib/PageLink";
import { pipelineRunPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";

const RUN_TAG = "tidemill.pipelineRun";
const TASK_TAG = "tidemill.pipelineTask";

/** The way from a run to the pipeline that it is, or to the task that began it; nothing for any other run. */
export function PipelineFact({ tags }: { tags: Readonly<Record<string, string>> }) {
  const workspace = useWorkspace();
  const run = tags[RUN_TAG];
  const task = tags[TASK_TAG];
  if (!run) return null;
  return (
    <Fact label="Pipeline">
      <PageLink page={pipelineRunPage(workspace, run, task ? { task } : {})}>{task || "this run"}</PageLink>
    </Fact>
  );
}
