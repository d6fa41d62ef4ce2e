import { useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useCallback } from "react";
import type { PipelineRunRow } from "@/api/pipelines/types";
import { layout as sizes } from "@/design/tokens";
import { PageLink } from "@/lib/PageLink";
import { catalogPage, pipelineRunPage } from "@/lib/paths";
import { TimeAgo } from "@/lib/TimeAgo";
import { formatDuration } from "@/lib/times";
import { useNow } from "@/lib/useNow";
import type { Selection } from "@/lib/useSelection";
import { type TableColumn, VirtualTable } from "@/lib/VirtualTable";
import { useWorkspace } from "@/lib/workspace";
import { runTookMs } from "../logic/listing";
import { innermost } from "../logic/values";
import { ScheduleMark } from "../schedules/ScheduleMark";
import { PipelineState } from "../state/PipelineState";
import { StepProgress } from "../state/StepProgress";
import classes from "./RunTable.module.css";

interface RunTableProps {
  runs: readonly PipelineRunRow[];
  selection: Selection;
  /** What is shown is of an earlier listing, while this one's is awaited. */
  outdated: boolean;
  hasMore: boolean;
  /** Asks for the next page; undefined while one is under way. */
  onMore: (() => void) | undefined;
  /** What a pipeline is called; undefined while that is unknown, or where it is gone. */
  nameOf: (pipelineId: string) => string | undefined;
}

const ROW_PX = 46;
/** The next page is asked for when this many rows are left before its place. */
const AHEAD = 20;

const COLUMNS: readonly (TableColumn & { wide?: boolean })[] = [
  { id: "select", header: "", width: 34, wide: true },
  { id: "name", header: "Name" },
  { id: "state", header: "State", width: 130 },
  { id: "steps", header: "Steps", width: 130, wide: true },
  { id: "pipeline", header: "Pipeline", width: 220, wide: true },
  { id: "took", header: "Took", width: 90, align: "right", wide: true },
  { id: "started", header: "Started", width: 110, align: "right", wide: true },
];

/** Runs as rows, of which only those on the screen exist; scrolling down asks for more. */
export function RunTable({ runs: rows, selection, outdated, hasMore, onMore, nameOf }: RunTableProps) {
  const narrow = useMediaQuery(`(max-width: ${sizes.narrow}px)`) ?? false;
  const now = useNow();
  const columns = narrow ? COLUMNS.filter((column) => column.wide !== true) : COLUMNS;
  const onView = useCallback(
    (_: number, last: number) => {
      if (hasMore && last >= rows.length - AHEAD) onMore?.();
    },
    [hasMore, onMore, rows.length],
  );
  return (
    <div className={classes.table} data-outdated={outdated || undefined}>
      <VirtualTable
        label="Pipeline runs"
        columns={columns}
        count={rows.length + (hasMore ? 1 : 0)}
        rowHeight={ROW_PX}
        rowKey={(index) => rows[index]?.id ?? index}
        cell={(index, at) => {
          const run = rows[index];
          const column = columns[at]?.id ?? "";
          if (run === undefined) return column === "name" ? <span className={classes.dim}>…</span> : null;
          return (
            <Cell column={column} run={run} selection={selection} now={now} narrow={narrow} nameOf={nameOf} />
          );
        }}
        onView={onView}
      />
    </div>
  );
}

interface CellProps {
  column: string;
  run: PipelineRunRow;
  selection: Selection;
  now: number;
  narrow: boolean;
  nameOf: (pipelineId: string) => string | undefined;
}

function Cell({ column, run, selection, now, narrow, nameOf }: CellProps): ReactNode {
  const workspace = useWorkspace();
  const took = formatDuration(runTookMs(run, now));
  switch (column) {
    case "select":
      return (
        <input
          type="checkbox"
          aria-label={`Select ${run.name}`}
          checked={selection.has(run.id)}
          onChange={(event) => selection.set([run.id], event.currentTarget.checked)}
        />
      );
    case "steps":
      return <StepProgress counts={run.counts} />;
    case "name":
      return (
        <span className={classes.two}>
          <span>
            <PageLink page={pipelineRunPage(workspace, run.id)} className={classes.name} title={run.name}>
              {run.name}
            </PageLink>
            {run.schedule_id ? <ScheduleMark scheduleId={run.schedule_id} dueMs={run.scheduled_ms} /> : null}
          </span>
          {run.error === "" ? (
            narrow && (
              <span className={classes.dim}>
                <TimeAgo ms={run.created_ms} />
              </span>
            )
          ) : (
            <span className={classes.error} title={run.error}>
              {innermost(run.error)}
            </span>
          )}
        </span>
      );
    case "state":
      return (
        <span className={classes.two}>
          <PipelineState state={run.state} />
          {narrow && <span className={classes.dim}>{took}</span>}
        </span>
      );
    case "pipeline":
      return run.pipeline_id === "" ? (
        <span
          className={classes.dim}
          title="It was begun from a file, and is of no pipeline that was uploaded"
        >
          {run.pipeline_name || "from a file"}
        </span>
      ) : (
        <PageLink page={catalogPage(workspace, run.pipeline_id, run.version_id || undefined)}>
          {nameOf(run.pipeline_id) ?? run.pipeline_id.slice(0, 8)}
        </PageLink>
      );
    case "took":
      return <span className="tm-number">{took}</span>;
    case "started":
      return <TimeAgo ms={run.created_ms} />;
    default:
      return null;
  }
}
