import type { TaskChange, TaskState } from "@/api/pipelines/types";
import { formatDuration } from "@/lib/times";
import { type TableColumn, VirtualTable } from "@/lib/VirtualTable";
import { PipelineState } from "../state/PipelineState";
import classes from "./CompareTables.module.css";

const COLUMNS: readonly TableColumn[] = [
  { id: "step", header: "Step" },
  { id: "before", header: "Before", width: 150 },
  { id: "after", header: "After", width: 150 },
  { id: "took", header: "Took", width: 170, align: "right" },
];

/** How each step went in both runs. */
export function TaskTable({ tasks }: { tasks: readonly TaskChange[] }) {
  return (
    <VirtualTable
      label="Steps of both"
      columns={COLUMNS}
      count={tasks.length}
      maxHeight="46vh"
      rowKey={(row) => tasks[row]?.path ?? row}
      cell={(row, column) => {
        const task = tasks[row];
        if (task === undefined) return null;
        switch (COLUMNS[column]?.id) {
          case "step":
            return <span title={task.path}>{task.path}</span>;
          case "before":
            return <Side side={task.before} />;
          case "after":
            return <Side side={task.after} />;
          default:
            return (
              <span className="tm-number">
                {formatDuration(task.before?.took_ms ?? null)} → {formatDuration(task.after?.took_ms ?? null)}
              </span>
            );
        }
      }}
    />
  );
}

function Side({ side }: { side: TaskChange["before"] }) {
  if (side === null) return <span className={classes.dim}>not there</span>;
  return <PipelineState state={side.state as TaskState} size={14} />;
}
