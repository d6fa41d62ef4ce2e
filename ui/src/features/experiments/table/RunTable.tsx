import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import type { RunRow, RunSearch } from "@/api/types";
import type { LineStyle } from "@/design/lineStyle";
import { layout as sizes } from "@/design/tokens";
import { useNow } from "@/lib/useNow";
import type { Column } from "../view/columns";
import type { Sort } from "../view/viewState";
import classes from "./RunTable.module.css";
import { RunTableHeader } from "./RunTableHeader";
import { RunTableRow } from "./RunTableRow";
import { windowsFor } from "./rowLayout";
import { useColumnCells } from "./useColumnCells";
import { useGridKeys } from "./useGridKeys";
import { useGridPointer } from "./useGridPointer";
import { useRunWindows, WINDOW } from "./useRunWindows";
import type { Selection } from "./useSelection";
import { useTableRows } from "./useTableRows";

export interface RunTableProps {
  label: string;
  search: RunSearch;
  columns: readonly Column[];
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
  onExpanded: (runIds: string[]) => void;
  onDraw: (runIds: string[], draw: boolean) => void;
  onTop: (top: number) => void;
  onSelectAll: (selected: boolean) => void;
  onOpen: (run: RunRow) => void;
}

const HEADER_PX = 46;
/** Rows are asked for when scrolling slows down, not on the way. */
const SETTLE_MS = 60;

/** Any number of runs, of which only the rows and columns on the screen exist. */
export function RunTable(props: RunTableProps) {
  const { search, columns, selection, lines } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const now = useNow();
  const [active, setActive] = useState(0);
  const [needed, setNeeded] = useState<number[]>([0]);
  const windows = useRunWindows(search, needed);
  const { layout, rowAt } = useTableRows(windows, props.nested ? props.expanded : NONE, search);

  const rows = useVirtualizer({
    count: layout.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => sizes.row,
    paddingStart: HEADER_PX,
    scrollPaddingStart: HEADER_PX,
    overscan: 6,
  });
  const question = JSON.stringify(search);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search starts at its first row.
  useEffect(() => {
    setActive(0);
    scroller.current?.scrollTo({ top: 0 });
  }, [question]);
  const cells = useColumnCells(scroller, columns, windows.loaded);

  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  const wanted = useMemo(() => windowsOn(layout, first, last), [layout, first, last]).join(",");
  useEffect(() => {
    const timer = setTimeout(() => setNeeded(wanted.split(",").map(Number)), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);

  const grid = {
    rowAt,
    rowCount: layout.count,
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
      aria-rowcount={layout.count + 1}
      aria-colcount={columns.length + 3}
      aria-multiselectable
      aria-busy={windows.outdated}
      aria-activedescendant={layout.count > 0 ? `${id}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      {...pointer}
    >
      <div
        role="presentation"
        className={classes.canvas}
        data-outdated={windows.outdated || undefined}
        style={
          {
            height: rows.getTotalSize(),
            width: cells.totalWidth,
            "--name-width": `${cells.nameWidth}px`,
          } as object
        }
      >
        <RunTableHeader {...props} cells={cells.cells} height={HEADER_PX} total={windows.total} />
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
            {...rowProps(rowAt(item.index), selection, lines, props.expanded)}
          />
        ))}
      </div>
    </div>
  );
}

const NONE: readonly string[] = [];

function windowsOn(layout: ReturnType<typeof useTableRows>["layout"], first: number, last: number): number[] {
  const index = (row: number) => {
    const place = layout.placeOf(row);
    return place.kind === "run" ? place.index : place.parent;
  };
  const total = layout.count === 0 ? 0 : index(layout.count - 1) + 1;
  return windowsFor(index(first), index(Math.max(first, last)), total, WINDOW);
}

/** Flat props, so that a row renders again only when what it shows has changed. */
function rowProps(
  row: ReturnType<ReturnType<typeof useTableRows>["rowAt"]>,
  selection: Selection,
  lines: ReadonlyMap<string, LineStyle>,
  expanded: readonly string[],
) {
  if (row.kind !== "run") return { note: row.kind === "note" ? row.text : null };
  const runId = row.run.run_id;
  return {
    run: row.run,
    depth: row.depth,
    selected: selection.has(runId),
    line: lines.get(runId) ?? null,
    open: expanded.includes(runId),
  };
}
