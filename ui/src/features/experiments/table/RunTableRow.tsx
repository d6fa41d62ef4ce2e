import { ChevronDown, ChevronRight, EyeOff } from "lucide-react";
import { type CSSProperties, memo } from "react";
import type { RunRow } from "@/api/types";
import type { LineStyle } from "@/design/lineStyle";
import { formatCount, plural } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { runPage } from "@/lib/paths";
import { StatusIcon, statusLabel } from "@/lib/StatusIcon";
import { Swatch } from "@/lib/Swatch";
import { useWorkspace } from "@/lib/workspace";
import { cellText, isNumeric } from "./cellText";
import classes from "./RunTable.module.css";
import { Sparkline } from "./Sparkline";
import type { ColumnCell } from "./useColumnCells";
import type { RunSparks } from "./useSparklines";

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
  depth?: number;
  selected?: boolean;
  line?: LineStyle | null;
  open?: boolean;
  /** The curves of this run, by metric. */
  sparks?: RunSparks;
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
        <Empty note={props.note ?? null} depth={props.depth ?? 0} />
      ) : (
        <Filled {...props} run={run} selected={selected} />
      )}
    </div>
  );
});

function Empty({ note, depth }: { note: string | null; depth: number }) {
  return (
    <div role="gridcell" className={classes.note} style={indent(depth)}>
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
  sparks,
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
      {cells.map(({ column, id, index, left, width, withCurve }) => {
        const { text, title } = cellText(run, column, now);
        const spark = withCurve ? sparks?.get(column.key) : undefined;
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
            {spark !== undefined && <Sparkline spark={spark} color={line?.color} />}
            <span>{text}</span>
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

interface NameCellProps {
  run: RunRow;
  nested: boolean;
  depth: number;
  open: boolean;
}

function NameCell({ run, nested, depth, open }: NameCellProps) {
  const workspace = useWorkspace();
  const children = run.children_total ?? 0;
  return (
    <div role="rowheader" className={classes.name} style={indent(depth)}>
      {nested && (children > 0 ? <Fold run={run} count={children} open={open} /> : <NoFold depth={depth} />)}
      <StatusIcon status={run.status} size={14} />
      <PageLink
        page={runPage(workspace, run.experiment_id, run.run_id)}
        tabIndex={-1}
        title={run.name}
        draggable={false}
      >
        {run.name}
      </PageLink>
      {nested && children > 0 && (
        <span className={classes.children} title={plural(children, "child", "children")}>
          {formatCount(children)}
        </span>
      )}
      {UNFINISHED.has(run.status) && (
        <span className={classes.ended} data-status={run.status} aria-hidden>
          {statusLabel(run.status)}
        </span>
      )}
      {run.lifecycle_stage === "deleted" && <span className={classes.deleted}>deleted</span>}
    </div>
  );
}

/** What ended badly is said in words, wherever its value ranks. */
const UNFINISHED: ReadonlySet<string> = new Set(["FAILED", "KILLED"]);

function Fold({ run, count, open }: { run: RunRow; count: number; open: boolean }) {
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <button
      type="button"
      tabIndex={-1}
      data-action="open"
      aria-label={`Children of ${run.name}`}
      aria-expanded={open}
      title={open ? "Fold (left arrow)" : `Unfold ${plural(count, "child", "children")} (right arrow)`}
    >
      <Icon size={14} aria-hidden />
    </button>
  );
}

function NoFold({ depth }: { depth: number }) {
  return (
    <span className={classes.noFold}>
      {depth > 0 && <span className="tm-visually-hidden">child, level {depth + 1}</span>}
    </span>
  );
}

function indent(depth: number): CSSProperties | undefined {
  return depth === 0 ? undefined : ({ "--depth": Math.min(depth, DEPTH_SHOWN) } as CSSProperties);
}

/** Deeper runs stand no further to the right: names need the room. */
const DEPTH_SHOWN = 8;
