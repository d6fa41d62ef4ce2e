import { Handle, Position } from "@xyflow/react";
import { Box, ChevronDown, ChevronRight, GitBranch, Link, Repeat, Workflow } from "lucide-react";
import { memo } from "react";
import type { PipelineTask, TaskState } from "@/api/pipelines/types";
import { formatCount } from "@/lib/numbers";
import { formatDuration } from "@/lib/times";
import { useNow } from "@/lib/useNow";
import { taskTookMs } from "../logic/listing";
import { isLive, stateLabel } from "../logic/states";
import { PipelineState } from "../state/PipelineState";
import { conditionText, type GraphNode, ITERATIONS_MAX } from "./graph";
import classes from "./TaskNodeView.module.css";

export interface TaskNodeData extends Record<string, unknown> {
  node: GraphNode;
  /** Undefined until it is triggered. */
  task: PipelineTask | undefined;
  /** How it stands where it was not triggered: it waits, or never will be. */
  otherwise: TaskState;
  /** Of a loop: its iterations by state. */
  counts: ReadonlyMap<TaskState, number> | undefined;
  chosen: boolean;
  onChoose: (path: string) => void;
  onToggle: (path: string, isOpen: boolean) => void;
}

/** Pixels: an iteration less wide than this has only its number. */
const ROOMY = 80;

/** A task or an iteration in the graph: closed it is a card, open the head of a frame. */
export const TaskNodeView = memo(({ data, width = 0 }: { data: TaskNodeData; width?: number }) => {
  const { node, task, chosen, onChoose, onToggle } = data;
  const state = task?.state ?? data.otherwise;
  const small = node.iteration !== null && width < ROOMY;
  return (
    <div
      className={classes.node}
      data-state={state}
      data-open={node.open || undefined}
      data-chosen={chosen || undefined}
      data-small={small || undefined}
    >
      <Handle type="target" position={Position.Top} isConnectable={false} className={classes.handle} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} className={classes.handle} />
      <button
        type="button"
        className={classes.card}
        aria-pressed={chosen}
        title={node.path}
        disabled={task === undefined && node.iteration !== null}
        onClick={() => {
          onChoose(node.path);
          // There is no room for a button of its own.
          if (small && node.opens) onToggle(node.path, node.open);
        }}
      >
        {small ? (
          <span className={classes.number}>
            {node.iteration} <span className="tm-visually-hidden">{stateLabel(state)}</span>
          </span>
        ) : (
          <Face node={node} task={task} state={state} counts={data.counts} />
        )}
      </button>
      {node.opens && !small && (
        <button
          type="button"
          className={classes.toggle}
          aria-label={`${node.open ? "Close" : "Open"} ${node.label}`}
          aria-expanded={node.open}
          onClick={() => onToggle(node.path, node.open)}
        >
          {node.open ? <ChevronDown size={15} aria-hidden /> : <ChevronRight size={15} aria-hidden />}
        </button>
      )}
    </div>
  );
});
TaskNodeView.displayName = "TaskNodeView";

interface FaceProps {
  node: GraphNode;
  task: PipelineTask | undefined;
  state: TaskState;
  counts: ReadonlyMap<TaskState, number> | undefined;
}

function Face({ node, task, state, counts }: FaceProps) {
  const now = useNow();
  const { drawn, iteration } = node;
  const isLoop = drawn.kind === "loop" && iteration === null;
  const Icon = iconOf(node);
  const saysState = iteration === null && !node.open && !isLoop;
  const took = task === undefined ? null : taskTookMs(task, now);
  return (
    <>
      <span className={classes.line}>
        <Icon size={13} aria-hidden className={classes.kind} />
        <span className={classes.label}>
          {node.label}
          {iteration !== null && task?.item !== "" && <span className={classes.dim}> {task?.item}</span>}
        </span>
        <span aria-hidden={saysState || undefined}>
          <PipelineState state={state} size={14} iconOnly />
        </span>
      </span>
      {iteration === null && !node.open && (
        <span className={classes.dim}>
          {drawn.condition !== "" && (
            <span className={classes.condition}>if {conditionText(drawn.condition)}</span>
          )}
          {!isLoop && `${stateLabel(state)}${took === null ? "" : ` · ${formatDuration(took)}`}`}
        </span>
      )}
      {isLoop && <Counts counts={counts} total={task?.iterations ?? null} />}
      {node.open && iteration === null && drawn.condition !== "" && (
        <span className={classes.dim}>if {conditionText(drawn.condition)}</span>
      )}
    </>
  );
}

function Counts({
  counts,
  total,
}: {
  counts: ReadonlyMap<TaskState, number> | undefined;
  total: number | null;
}) {
  if (total === null) return <span className={classes.dim}>once for each item</span>;
  const begun = [...(counts ?? [])];
  const rest = total - begun.reduce((sum, [, count]) => sum + count, 0);
  return (
    <span className={classes.counts}>
      {begun.map(([state, count]) => (
        <span key={state} data-state={state} data-live={isLive(state) || undefined}>
          {formatCount(count)} {stateLabel(state).toLowerCase()}
        </span>
      ))}
      {rest > 0 && <span data-state="waiting">{formatCount(rest)} to come</span>}
      {total > ITERATIONS_MAX && <span>first {formatCount(ITERATIONS_MAX)} drawn</span>}
    </span>
  );
}

function iconOf({ drawn, iteration }: GraphNode) {
  if (iteration !== null) return Workflow;
  if (drawn.condition !== "") return GitBranch;
  return { executor: Box, importer: Link, dag: Workflow, loop: Repeat }[drawn.kind] ?? Box;
}
