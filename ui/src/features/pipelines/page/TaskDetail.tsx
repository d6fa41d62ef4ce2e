import type { PipelineRun, PipelineTask } from "@/api/pipelines/types";
import { CopyButton } from "@/lib/CopyButton";
import { Fact, Facts } from "@/lib/Facts";
import { formatCount } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { jobPage } from "@/lib/paths";
import { formatDateTime, formatDuration } from "@/lib/times";
import { useSeconds } from "@/lib/useSeconds";
import { useWorkspace } from "@/lib/workspace";
import { taskTookMs } from "../logic/listing";
import { isLive } from "../logic/states";
import type { TaskNode } from "../logic/taskTree";
import { PipelineState } from "../state/PipelineState";
import { Blame } from "./Blame";
import classes from "./TaskDetail.module.css";
import { ValuesPanel } from "./ValuesPanel";

interface TaskDetailProps {
  run: PipelineRun;
  /** The run itself as a task where no other is chosen; undefined before it has begun. */
  task: PipelineTask | undefined;
  node: TaskNode | undefined;
  /** The step that a run that failed is to blame on. */
  broken: string | undefined;
  onChoose: (path: string) => void;
}

/** The chosen task: what went wrong, then what it was given and what it made. */
export function TaskDetail({ run, task, node, broken, onChoose }: TaskDetailProps) {
  const workspace = useWorkspace();
  const now = useSeconds(task !== undefined && isLive(task.state));
  if (task === undefined) return <Blame title="Why it failed" text={run.error} />;
  const isRun = task.path === "";
  const failed = task.state === "failed" || task.state === "upstream_failed";
  const log = task.workload === "" ? null : jobPage(workspace, task.workload, { tab: "log" });
  return (
    <section className={classes.detail} aria-label={isRun ? "Whole run" : `Task ${task.path}`}>
      <div className={classes.title}>
        <h2>{isRun ? "Whole run" : task.path}</h2>
        {!isRun && <CopyButton text={task.path} what="Path of the task" />}
      </div>
      <Blame
        title={task.state === "upstream_failed" ? "Why it never began" : "Why it failed"}
        text={task.error || (isRun ? run.error : "")}
        calm={!failed}
      >
        {log !== null && failed && (
          <>
            <PageLink page={log}>Open the log at the error</PageLink>
            <PageLink page={jobPage(workspace, task.workload)}>Why?</PageLink>
          </>
        )}
        {isRun && broken !== undefined && (
          <button type="button" onClick={() => onChoose(broken)}>
            Show the step that failed
          </button>
        )}
      </Blame>
      <Facts>
        <Fact label="State">
          <PipelineState state={task.state} />
        </Fact>
        <Fact label="Took">
          <span className="tm-number">{formatDuration(taskTookMs(task, now))}</span>
        </Fact>
        <Fact label="Started">
          <span className="tm-number">{formatDateTime(task.started_ms)}</span>
        </Fact>
        {task.attempt > 1 && (
          <Fact label="Attempt">
            <span className="tm-number">{task.attempt}</span>
          </Fact>
        )}
        {node !== undefined && node.children.length > 0 && (
          <Fact label={task.kind === "loop" ? "Iterations" : "Tasks"}>
            <span className="tm-number">{formatCount(node.children.length)}</span>
          </Fact>
        )}
        {log !== null && (
          <Fact label="Job">
            <PageLink page={jobPage(workspace, task.workload)}>{task.workload.slice(0, 8)}</PageLink>
            {!failed && (
              <>
                <span aria-hidden>·</span>
                <PageLink page={log}>Log</PageLink>
              </>
            )}
          </Fact>
        )}
      </Facts>
      <ValuesPanel title="Inputs" values={task.inputs} none="It was given nothing." />
      <ValuesPanel
        title="Outputs"
        values={task.outputs}
        none={isLive(task.state) ? "It has made nothing yet." : "It made nothing that is handed on."}
      />
    </section>
  );
}
