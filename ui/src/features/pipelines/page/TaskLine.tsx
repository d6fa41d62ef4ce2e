import { Box, ChevronRight, Link, Repeat, Workflow } from "lucide-react";
import type { TaskKind } from "@/api/pipelines/types";
import { formatCount, plural } from "@/lib/numbers";
import { formatDuration } from "@/lib/times";
import { taskTookMs } from "../logic/listing";
import { canOpen, iterationOf, type TaskLine as Line } from "../logic/taskTree";
import { PipelineState } from "../state/PipelineState";
import classes from "./TaskTree.module.css";

interface TaskLineProps {
  line: Line;
  index: number;
  /** Pixels from the top of the tree. */
  top: number;
  now: number;
  chosen: boolean;
  /** Whether the Tab key lands here: one line of a tree takes it. */
  reachable: boolean;
  onToggle: (path: string) => void;
  onChoose: (path: string) => void;
}

const ICONS: Record<TaskKind, typeof Box> = {
  executor: Box,
  importer: Link,
  dag: Workflow,
  loop: Repeat,
};

/** One line of the tree: what it is called, how it stands, how long it took. */
export function TaskLine({ line, index, top, now, chosen, reachable, onToggle, onChoose }: TaskLineProps) {
  const { node, depth, open } = line;
  const { task } = node;
  const iteration = iterationOf(node);
  const Icon = ICONS[task.kind] ?? Box;
  const opens = canOpen(node);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it takes the keys.
    <div
      role="treeitem"
      data-row={index}
      aria-level={depth + 1}
      aria-selected={chosen}
      {...(opens ? { "aria-expanded": open } : {})}
      tabIndex={reachable ? 0 : -1}
      className={classes.line}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 8 + depth * 16 }}
      title={task.path}
      onClick={() => onChoose(task.path)}
    >
      {opens ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys do the same.
        // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it takes the keys.
        <span
          className={classes.chevron}
          data-open={open}
          onClick={(event) => {
            event.stopPropagation();
            onToggle(task.path);
          }}
        >
          <ChevronRight size={14} aria-hidden />
        </span>
      ) : (
        <span />
      )}
      <Icon size={14} aria-hidden className={classes.kind} />
      <span className={classes.name}>
        {iteration < 0 ? task.name : `[${iteration}]`}
        {iteration >= 0 && <span className={classes.item}>{task.item}</span>}
        {task.kind === "loop" && (
          <span className={classes.item}>
            {plural(node.children.length, "iteration")}
            {node.failed > 0 && `, ${formatCount(node.failed)} failed`}
          </span>
        )}
        {task.attempt > 1 && <span className={classes.item}>attempt {task.attempt}</span>}
      </span>
      <PipelineState state={task.state} size={14} />
      <span className={classes.took}>{formatDuration(taskTookMs(task, now))}</span>
    </div>
  );
}
