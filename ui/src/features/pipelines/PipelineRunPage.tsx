import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { ApiError } from "@/api/errors";
import { drawingQuery, pipelineRunQuery } from "@/api/pipelines/runs";
import type { PipelineRun } from "@/api/pipelines/types";
import { ErrorMessage } from "@/lib/Message";
import { pipelinesPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import { isLive } from "./logic/states";
import { firstFailed, taskTree } from "./logic/taskTree";
import { withWaiting } from "./logic/waiting";
import classes from "./PipelineRunPage.module.css";
import { RunHeader } from "./page/RunHeader";
import { type RunView, RunViewSwitch, RunViews } from "./page/RunViews";
import { TaskDetail } from "./page/TaskDetail";

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

function LoadedRun({ run: begun }: { run: PipelineRun }) {
  const workspace = useWorkspace();
  const [query, patch] = useQueryState();
  // What has not begun is shown too, while it may still come.
  const { data: drawing } = useQuery({ ...drawingQuery(workspace, begun.id), enabled: isLive(begun.state) });
  const run = useMemo(
    () => (drawing === undefined ? begun : { ...begun, tasks: withWaiting(begun.tasks, drawing) }),
    [begun, drawing],
  );
  const tree = useMemo(() => taskTree(run.tasks), [run.tasks]);
  // A run that failed opens on the step that did; a link may name any other.
  const usual = run.state === "FAILED" ? firstFailed(tree)?.path : undefined;
  const wanted = query.task ?? usual ?? WHOLE_RUN;
  const chosen = wanted !== WHOLE_RUN && tree.byPath.has(wanted) ? wanted : "";
  const missing = query.task !== undefined && query.task !== WHOLE_RUN && chosen === "";
  const choose = useCallback(
    (path: string) => patch({ task: path === "" ? WHOLE_RUN : path, file: undefined }),
    [patch],
  );
  const view = viewOf(query.view);
  const task = chosen === "" ? tree.run : tree.byPath.get(chosen)?.task;
  return (
    <div className={classes.page}>
      <RunHeader run={run} />
      <RunViewSwitch
        view={view}
        onView={(next) => patch({ view: next === "steps" ? undefined : next }, { push: true })}
      />
      <div className={classes.parts} data-view={view}>
        <RunViews view={view} run={run} tree={tree} chosen={chosen} onChoose={choose} />
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

function viewOf(asked: string | undefined): RunView {
  return asked === "graph" || asked === "timeline" ? asked : "steps";
}
