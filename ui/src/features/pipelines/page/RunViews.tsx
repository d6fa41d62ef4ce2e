import { lazy, Suspense } from "react";
import type { PipelineRun } from "@/api/pipelines/types";
import { Segmented } from "@/lib/Segmented";
import { useShortcuts } from "@/lib/shortcuts";
import type { TaskTree as Tree } from "../logic/taskTree";
import classes from "./RunViews.module.css";
import { TaskTree } from "./TaskTree";

const RunGraph = lazy(() => import("../graph/RunGraph"));
const Timeline = lazy(() => import("../timeline/Timeline"));

export type RunView = "steps" | "graph" | "timeline";

const VIEWS = [
  { value: "steps", label: "Steps" },
  { value: "graph", label: "Graph" },
  { value: "timeline", label: "Timeline" },
] as const;

/** Which of the three ways to look at the tasks; what is chosen stays chosen. */
export function RunViewSwitch({ view, onView }: { view: RunView; onView: (view: RunView) => void }) {
  useShortcuts("Pipeline run", [
    { keys: "1", label: "Show the steps", run: () => onView("steps") },
    { keys: "2", label: "Show the graph", run: () => onView("graph") },
    { keys: "3", label: "Show the timeline", run: () => onView("timeline") },
  ]);
  return (
    <div className={classes.switch}>
      <Segmented label="Show tasks as" options={VIEWS} value={view} onChange={onView} />
    </div>
  );
}

interface RunViewsProps {
  view: RunView;
  run: PipelineRun;
  tree: Tree;
  /** A path; empty for the run itself. */
  chosen: string;
  onChoose: (path: string) => void;
}

/** The tasks of a run: as a list, as a graph, or by time. */
export function RunViews({ view, run, tree, chosen, onChoose }: RunViewsProps) {
  if (view === "steps") return <TaskTree tree={tree} run={run} chosen={chosen} onChoose={onChoose} />;
  return (
    <div className={classes.view}>
      <Suspense fallback={<div role="status" aria-label="Loading the view" />}>
        {view === "graph" ? (
          <RunGraph run={run} chosen={chosen} onChoose={onChoose} />
        ) : (
          <Timeline run={run} chosen={chosen} onChoose={onChoose} />
        )}
      </Suspense>
    </div>
  );
}
