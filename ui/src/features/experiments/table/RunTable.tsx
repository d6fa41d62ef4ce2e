import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import type { RunRow, RunSearch } from "@/api/types";
import type { LineStyle } from "@/design/lineStyle";
import { layout as sizes } from "@/design/tokens";
import { useNow } from "@/lib/useNow";
import { usePaused } from "@/lib/usePaused";
import type { Selection } from "@/lib/useSelection";
import { useStable } from "@/lib/useStable";
import type { Column } from "../view/columns";
import type { Sort, Widths } from "../view/viewState";
import classes from "./RunTable.module.css";
import { RunTableHeader } from "./RunTableHeader";
import { RunTableRow } from "./RunTableRow";
import type { TableRow } from "./runTree";
import { keyOf, TOP, windowsOn } from "./treeLayout";
import { useColumnCells } from "./useColumnCells";
import { useGridKeys } from "./useGridKeys";
import { useGridPointer } from "./useGridPointer";
import { questionOf, useRunTree, WINDOW } from "./useRunTree";
import { type RunSparks, useSparklines } from "./useSparklines";

export interface RunTableProps {
  label: string;
  search: RunSearch;
  /** It is known what to search for. */
  ready: boolean;
  columns: readonly Column[];
  widths: Widths;
  /** Curves stand beside the values of metrics. */
  curves: boolean;
  sort: Sort;
  /** Runs may be unfolded. */
  nested: boolean;
  expanded: readonly string[];
  selection: Selection;
  /** The lines of the runs that are drawn, by run id. */
  lines: ReadonlyMap<string, LineStyle>;
  /** How many runs from the top are drawn. */
  top: number;
  onSort: (sort: Sort) => void;
  onColumns: (columns: Column[]) => void;
  onWidths: (widths: Widths) => void;
  onExpanded: (runIds: string[]) => void;
  onDraw: (runIds: string[], draw: boolean) => void;
  onTop: (top: number) => void;
  onSelectAll: (selected: boolean) => void;
  onOpen: (run: RunRow) => void;
}

const HEADER_PX = 46;
/** A width is written into the URL when the hand rests. */
const WIDTHS_MS = 250;
/** The first window of the top. */
const FIRST: readonly string[] = [keyOf(TOP, 0)];
/** Rows are asked for when scrolling slows down, not on the way. */
const SETTLE_MS = 60;

/** Any number of runs, of which only the rows and columns on the screen exist. */
export function RunTable(props: RunTableProps) {
  const { search, columns, selection, lines } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const now = useNow();
  const [active, setActive] = useState(0);
  const question = questionOf(search);
  const [settled, setSettled] = useState<Settled>({ question, windows: FIRST, rows: [0, -1] });
  // Another search starts at its first row.
  const windows = settled.question === question ? settled.windows : FIRST;
  const expanded = props.nested ? props.expanded : NONE;
  const tree = useRunTree(search, props.ready, expanded, windows);
  const { rowAt } = tree;

  const rows = useVirtualizer({
    count: tree.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => sizes.row,
    paddingStart: HEADER_PX,
    scrollPaddingStart: HEADER_PX,
    overscan: 6,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search starts at its first row.
  useEffect(() => {
    setActive(0);
    scroller.current?.scrollTo({ top: 0 });
  }, [question]);
  const [widths, setWidths] = usePaused(useStable(props.widths), props.onWidths, WIDTHS_MS);
  const cells = useColumnCells(scroller, columns, tree.loaded, widths, props.curves);

  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  const wanted = windowsOn(tree.top, first, last, WINDOW).join(",");
  useEffect(() => {
    const settle = () => setSettled({ question, windows: wanted.split(","), rows: [first, last] });
    const timer = setTimeout(settle, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [question, wanted, first, last]);
  const sparks = useSparklines(
    useMemo(() => runsIn(rowAt, settled.rows), [rowAt, settled.rows]),
    cells.curveKeys,
  );

  const grid = {
    rowAt,
    rowCount: tree.count,
    active,
    setActive: (row: number) => {
      setActive(row);
      rows.scrollToIndex(row);
    },
    selection,
    isDrawn: (runId: string) => lines.has(runId),
    expanded: props.expanded,
    nested: props.nested,
    onExpanded: props.onExpanded,
    onDraw: props.onDraw,
    onOpen: props.onOpen,
  };
  const onKeyDown = useGridKeys(grid);
  const pointer = useGridPointer({ ...grid, setActive });

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={tree.count + 1}
      aria-colcount={columns.length + 3}
      aria-multiselectable
      aria-busy={tree.outdated}
      aria-activedescendant={tree.count > 0 ? `${id}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      {...pointer}
    >
      <div
        role="presentation"
        className={classes.canvas}
        data-outdated={tree.outdated || undefined}
        style={
          {
            height: rows.getTotalSize(),
            width: cells.totalWidth,
            "--name-width": `${cells.nameWidth}px`,
          } as object
        }
      >
        <RunTableHeader
          {...props}
          cells={cells.cells}
          nameWidth={cells.nameWidth}
          height={HEADER_PX}
          total={tree.top.total}
          widths={widths}
          onWidths={setWidths}
        />
        {items.map((item) => (
          <RunTableRow
            key={item.index}
            id={`${id}-${item.index}`}
            index={item.index}
            top={item.start}
            cells={cells.cells}
            now={now}
            active={item.index === active}
            nested={props.nested}
            {...rowProps(rowAt(item.index), selection, lines, expanded, sparks)}
          />
        ))}
      </div>
    </div>
  );
}

const NONE: readonly string[] = [];

/** Where scrolling came to rest. */
interface Settled {
  question: string;
  windows: readonly string[];
  /** The first and the last row. */
  rows: readonly [number, number];
}

function runsIn(rowAt: (row: number) => TableRow, [first, last]: readonly [number, number]): RunRow[] {
  const rows = Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => rowAt(first + step));
  return rows.flatMap((row) => (row.kind === "run" ? row.run : []));
}

/** Flat props, so that a row renders again only when what it shows has changed. */
function rowProps(
  row: TableRow,
  selection: Selection,
  lines: ReadonlyMap<string, LineStyle>,
  expanded: readonly string[],
  sparks: ReadonlyMap<string, RunSparks>,
) {
  if (row.kind === "loading") return { note: null };
  if (row.kind === "note") return { note: row.text, depth: row.depth };
  const runId = row.run.run_id;
  const ofRun = sparks.get(runId);
  return {
    run: row.run,
    depth: row.depth,
    selected: selection.has(runId),
    line: lines.get(runId) ?? null,
    open: expanded.includes(runId),
    ...(ofRun !== undefined && { sparks: ofRun }),
  };
}
