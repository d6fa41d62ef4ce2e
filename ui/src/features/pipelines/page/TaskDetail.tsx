import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { taskValuesQuery } from "@/api/pipelines/runs";
import type { PipelineRun, PipelineTask } from "@/api/pipelines/types";
import { CopyButton } from "@/lib/CopyButton";
import { Fact, Facts } from "@/lib/Facts";
import { ErrorMessage } from "@/lib/Message";
import { formatCount } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { jobPage } from "@/lib/paths";
import { formatDateTime, formatDuration } from "@/lib/times";
import { useSeconds } from "@/lib/useSeconds";
import { useWorkspace } from "@/lib/workspace";
import { taskTookMs } from "../logic/listing";
import { canRetry, isLive } from "../logic/states";
import type { TaskNode } from "../logic/taskTree";
import { PipelineState } from "../state/PipelineState";
import { Blame } from "./Blame";
import { HowItRan, NotApplied } from "./HowItRan";
import { RetryHere } from "./RetryHere";
import classes from "./TaskDetail.module.css";
import { ValuesPanel } from "./ValuesPanel";

const WhyTask = lazy(() => import("../why/WhyTask"));
const RegisteredAs = lazy(async () => ({
  default: (await import("@/lib/registry/RegisteredAs")).RegisteredAs,
}));
const RegisteredByPipeline = lazy(async () => ({
  default: (await import("@/lib/registry/RegisteredAs")).RegisteredByPipeline,
}));

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
            <PageLink page={jobPage(workspace, task.workload)}>The job</PageLink>
          </>
        )}
        {!isRun && task.state === "failed" && canRetry(run.state) && <RetryHere runId={run.id} />}
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
        {task.state === "succeeded" && !isRun && (
          <Suspense>
            <RegisteredAs kind="pipeline_task" id={`${run.id}/${task.path}`} />
          </Suspense>
        )}
        {isRun && !isLive(task.state) && (
          <Suspense>
            <RegisteredByPipeline runId={run.id} />
          </Suspense>
        )}
      </Facts>
      {task.state === "failed" && (
        <Suspense fallback={<div role="status" aria-label="Loading why it failed" />}>
          <WhyTask run={run} job={task.workload} />
        </Suspense>
      )}
      {isRun && <NotApplied notes={run.not_applied} />}
      <TaskValues run={run} task={task} />
    </section>
  );
}

/** What a task was given and what it made; nothing of one that has not begun. */
function TaskValues({ run, task }: { run: PipelineRun; task: PipelineTask }) {
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery({
    ...taskValuesQuery(workspace, run.id, task.path, `${task.state} ${task.attempt}`),
    enabled: task.id !== "",
    placeholderData: keepPreviousData,
  });
  if (task.id === "") return <p className={classes.calm}>It has not begun.</p>;
  if (error !== null && data === undefined)
    return (
      <ErrorMessage
        title="Its inputs and outputs cannot be shown"
        error={error}
        onRetry={() => void refetch()}
      />
    );
  if (data === undefined) return <div role="status" aria-label="Loading inputs and outputs" />;
  const place = { runId: run.id, task: task.path };
  return (
    <>
      <HowItRan how={data.how} notes={data.notes} />
      <ValuesPanel {...place} side="inputs" values={data.inputs} none="It was given nothing." />
      <ValuesPanel
        {...place}
        side="outputs"
        values={data.outputs}
        none={isLive(task.state) ? "It has made nothing yet." : "It made nothing that is handed on."}
      />
    </>
  );
}
