import { useMemo } from "react";
import type { RunRow, RunSearch } from "@/api/types";
import { layoutRows, type RowLayout } from "./rowLayout";
import { CHILDREN_MAX, useChildren } from "./useChildren";
import type { RunWindows } from "./useRunWindows";

/** One row of the screen: a run with its depth, a place that is not loaded yet, or the note under many children. */
export type TableRow =
  | { kind: "run"; run: RunRow; depth: 0 | 1 }
  | { kind: "loading" }
  | { kind: "note"; text: string };

export interface TableRows {
  layout: RowLayout;
  rowAt: (row: number) => TableRow;
}

/** The table's rows: the runs of the search, with the children of unfolded runs under them. */
export function useTableRows(windows: RunWindows, expanded: readonly string[], search: RunSearch): TableRows {
  const { places } = windows;
  const open = useMemo(() => expanded.filter((id) => places.has(id)), [expanded, places]);
  const children = useChildren(open, search);
  return useMemo(() => {
    const byIndex = new Map(open.map((id) => [places.get(id) ?? -1, children.get(id)]));
    const unfolded = [...byIndex].map(([index, found]) => ({ index, rows: rowsUnder(found) }));
    const layout = layoutRows(windows.total ?? 0, unfolded);
    return {
      layout,
      rowAt: (row) => {
        const place = layout.placeOf(row);
        if (place.kind === "run") return runRow(windows.rowAt(place.index), 0);
        const found = byIndex.get(place.parent);
        if (found === undefined) return { kind: "loading" };
        if (found.runs.length === 0) return { kind: "note", text: "No children match the view" };
        if (place.offset >= CHILDREN_MAX) return { kind: "note", text: manyNote(found.total) };
        return runRow(found.runs[place.offset], 1);
      },
    };
  }, [windows, open, places, children]);
}

/** One line says "loading" or "none"; many children get a line that says so. */
function rowsUnder(found: { runs: RunRow[]; total: number } | undefined): number {
  if (found === undefined || found.runs.length === 0) return 1;
  return found.runs.length + (found.total > found.runs.length ? 1 : 0);
}

function manyNote(total: number): string {
  return `The first ${CHILDREN_MAX} of ${total} children. Show all runs flat, or filter, to see the others.`;
}

function runRow(run: RunRow | undefined, depth: 0 | 1): TableRow {
  return run === undefined ? { kind: "loading" } : { kind: "run", run, depth };
}
