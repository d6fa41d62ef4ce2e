import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { ApiError } from "@/api/errors";
import { pipelineRunQuery } from "@/api/pipelines/runs";
import type { PipelineRun } from "@/api/pipelines/types";
import { ErrorMessage } from "@/lib/Message";
import { pipelinesPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import { firstFailed, taskTree } from "./logic/taskTree";
import classes from "./PipelineRunPage.module.css";
import { RunHeader } from "./page/RunHeader";
import { TaskDetail } from "./page/TaskDetail";
import { TaskTree } from "./page/TaskTree";

/** The run itself, in the place of a task's path. */
const WHOLE_RUN = "/";

/** One run of a pipeline: how it stands, its tasks, and what the chosen one was given and made. */
export function PipelineRunPage() {
  const { runId = "" } = useParams({ strict: false }) as Record<string, string>;
  const workspace = useWorkspace();
  const { data: run, error, refetch } = useQuery(pipelineRunQuery(workspace, runId));
  const name = run?.name ?? runId.slice(0, 8);
  const trail = useMemo(
    () => [{ label: "Pipelines", page: pipelinesPage(workspace) }, { label: name }],
    [workspace, name],
  );
  usePage(trail);
  if (run === undefined && error) {
    const missing = error instanceof ApiError && error.status === 404;
    return (
      <ErrorMessage
        title={missing ? "There is no such pipeline run" : "The pipeline run could not be loaded"}
        error={error}
        {...(missing ? {} : { onRetry: () => void refetch() })}
      />
    );
  }
  if (run === undefined) return <div className={classes.page} role="status" aria-label="Loading the run" />;
  return <LoadedRun key={runId} run={run} />;
}

function LoadedRun({ run }: { run: PipelineRun }) {
  const [query, patch] = useQueryState();
  const tree = useMemo(() => taskTree(run.tasks), [run.tasks]);
  // A run that failed opens on the step that did; a link may name any other.
  const usual = run.state === "FAILED" ? firstFailed(tree)?.path : undefined;
  const wanted = query.task ?? usual ?? WHOLE_RUN;
  const chosen = wanted !== WHOLE_RUN && tree.byPath.has(wanted) ? wanted : "";
  const missing = query.task !== undefined && query.task !== WHOLE_RUN && chosen === "";
  const choose = (path: string) => patch({ task: path === "" ? WHOLE_RUN : path });
  const task = chosen === "" ? tree.run : tree.byPath.get(chosen)?.task;
  return (
    <div className={classes.page}>
      <RunHeader run={run} />
      <div className={classes.parts}>
        <TaskTree tree={tree} run={run} chosen={chosen} onChoose={choose} />
        <div className={classes.detail}>
          {missing && (
            <p className={classes.missing} role="status">
              There is no task {query.task} in this run, or not yet.
            </p>
          )}
          <TaskDetail
            key={chosen}
            run={run}
            task={task}
            node={tree.byPath.get(chosen)}
            broken={usual}
            onChoose={choose}
          />
        </div>
      </div>
    </div>
  );
}
