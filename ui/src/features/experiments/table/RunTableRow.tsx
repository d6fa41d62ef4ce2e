import { ChevronDown, ChevronRight, CornerDownRight, EyeOff } from "lucide-react";
import { memo } from "react";
import type { RunRow } from "@/api/types";
import type { LineStyle } from "@/design/lineStyle";
import { PageLink } from "@/lib/PageLink";
import { runPage } from "@/lib/paths";
import { StatusIcon } from "@/lib/StatusIcon";
import { Swatch } from "@/lib/Swatch";
import { useWorkspace } from "@/lib/workspace";
import { cellText, isNumeric } from "./cellText";
import classes from "./RunTable.module.css";
import type { ColumnCell } from "./useColumnCells";

interface RunTableRowProps {
  id: string;
  index: number;
  top: number;
  cells: readonly ColumnCell[];
  now: number;
  active: boolean;
  nested: boolean;
  /** Absent while the row is loaded, or where `note` stands instead. */
  run?: RunRow;
  note?: string | null;
  depth?: 0 | 1;
  selected?: boolean;
  line?: LineStyle | null;
  open?: boolean;
}

/** One run. Its controls are not tab stops: the table has the keyboard. */
export const RunTableRow = memo(function RunTableRow(props: RunTableRowProps) {
  const { run, selected = false } = props;
  return (
    <div
      id={props.id}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={selected}
      data-row={props.index}
      data-active={props.active || undefined}
      className={classes.row}
      style={{ transform: `translateY(${props.top}px)` }}
    >
      {run === undefined ? (
        <Empty note={props.note ?? null} />
      ) : (
        <Filled {...props} run={run} selected={selected} />
      )}
    </div>
  );
});

function Empty({ note }: { note: string | null }) {
  return (
    <div role="gridcell" className={classes.note}>
      {note ?? <span className={classes.loading}>Loading</span>}
    </div>
  );
}

function Filled({
  run,
  cells,
  now,
  nested,
  depth,
  selected,
  line,
  open,
}: RunTableRowProps & { run: RunRow }) {
  return (
    <>
      <div className={classes.fixed} role="presentation">
        <div role="gridcell" className={classes.tick}>
          <input
            type="checkbox"
            tabIndex={-1}
            checked={selected ?? false}
            readOnly
            data-action="select"
            aria-label={`Select ${run.name}`}
          />
        </div>
        <div role="gridcell" className={classes.draw}>
          <DrawButton name={run.name} line={line ?? null} />
        </div>
        <NameCell run={run} nested={nested} depth={depth ?? 0} open={open ?? false} />
      </div>
      {cells.map(({ column, id, index, left, width }) => {
        const { text, title } = cellText(run, column, now);
        return (
          <div
            key={id}
            role="gridcell"
            aria-colindex={index + 4}
            className={classes.cell}
            data-numeric={isNumeric(column) || undefined}
            data-missing={text === "–" || undefined}
            style={{ left, width }}
            title={title}
          >
            {text}
          </div>
        );
      })}
    </>
  );
}

function DrawButton({ name, line }: { name: string; line: LineStyle | null }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      data-action="draw"
      aria-pressed={line !== null}
      aria-label={`Draw ${name}`}
      title={line === null ? "Draw in the charts (V)" : "Take out of the charts (V)"}
    >
      {line === null ? <EyeOff size={13} aria-hidden /> : <Swatch line={line} />}
    </button>
  );
}

function NameCell({
  run,
  nested,
  depth,
  open,
}: {
  run: RunRow;
  nested: boolean;
  depth: 0 | 1;
  open: boolean;
}) {
  const workspace = useWorkspace();
  const Fold = open ? ChevronDown : ChevronRight;
  return (
    <div role="rowheader" className={classes.name} data-depth={depth}>
      {nested && depth === 0 && run.children_total !== 0 && (
        <button
          type="button"
          tabIndex={-1}
          data-action="open"
          aria-label={`Children of ${run.name}`}
          aria-expanded={open}
        >
          <Fold size={14} aria-hidden />
        </button>
      )}
      {nested && depth === 0 && run.children_total === 0 && <span className={classes.noFold} />}
      <StatusIcon status={run.status} size={14} />
      {run.parent_run_id !== null && (
        <CornerDownRight size={12} aria-label="child run" className={classes.child} />
      )}
      <PageLink
        page={runPage(workspace, run.experiment_id, run.run_id)}
        tabIndex={-1}
        title={run.name}
        draggable={false}
      >
        {run.name}
      </PageLink>
      {run.lifecycle_stage === "deleted" && <span className={classes.deleted}>deleted</span>}
    </div>
  );
}
