import type { KeyboardEvent } from "react";
import type { RunRow } from "@/api/types";
import type { Selection } from "@/lib/useSelection";
import type { TableRow } from "./runTree";

/** What keys and pointer work on. */
export interface GridHandle {
  rowAt: (row: number) => TableRow;
  rowCount: number;
  active: number;
  setActive: (row: number) => void;
  selection: Selection;
  isDrawn: (runId: string) => boolean;
  nested: boolean;
  expanded: readonly string[];
  onExpanded: (runIds: string[]) => void;
  onDraw: (runIds: string[], draw: boolean) => void;
  onOpen: (run: RunRow) => void;
}

const PAGE_ROWS = 15;

/** Arrows move, Space selects, Shift with arrows extends, V draws, Enter opens, left and right fold. */
export function useGridKeys(grid: GridHandle): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.target !== event.currentTarget) return;
    const move = MOVES[event.key];
    if (move !== undefined) {
      event.preventDefault();
      moveTo(grid, move(grid.active, grid.rowCount), event.shiftKey);
      return;
    }
    const act = ACTIONS[event.key];
    const run = runAt(grid, grid.active);
    if (act === undefined || run === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act(grid, run);
  };
}

/** The run in a row; null where none is, or none yet. */
export function runAt(grid: Pick<GridHandle, "rowAt">, row: number): RunRow | null {
  const found = grid.rowAt(row);
  return found.kind === "run" ? found.run : null;
}

/** The runs from one row to another, in either order; rows not loaded are left out. */
export function runsBetween(grid: Pick<GridHandle, "rowAt">, from: number, to: number): string[] {
  const first = Math.min(from, to);
  const rows = Array.from({ length: Math.abs(from - to) + 1 }, (_, step) => runAt(grid, first + step));
  return rows.flatMap((run) => run?.run_id ?? []);
}

export function toggleOpen(grid: GridHandle, runId: string): void {
  const open = grid.expanded.includes(runId);
  grid.onExpanded(open ? grid.expanded.filter((id) => id !== runId) : [...grid.expanded, runId]);
}

const MOVES: Record<string, (active: number, count: number) => number> = {
  ArrowDown: (active) => active + 1,
  ArrowUp: (active) => active - 1,
  PageDown: (active) => active + PAGE_ROWS,
  PageUp: (active) => active - PAGE_ROWS,
  Home: () => 0,
  End: (_, count) => count - 1,
};

const ACTIONS: Record<string, (grid: GridHandle, run: RunRow) => void> = {
  " ": (grid, run) => grid.selection.set([run.run_id], !grid.selection.has(run.run_id)),
  v: (grid, run) => grid.onDraw([run.run_id], !grid.isDrawn(run.run_id)),
  Enter: (grid, run) => grid.onOpen(run),
  ArrowRight: (grid, run) => fold(grid, run, true),
  ArrowLeft: (grid, run) => fold(grid, run, false),
  Escape: (grid) => grid.selection.clear(),
};

function moveTo(grid: GridHandle, wanted: number, extend: boolean): void {
  const row = Math.max(0, Math.min(wanted, grid.rowCount - 1));
  if (extend) grid.selection.set(runsBetween(grid, grid.active, row), true);
  grid.setActive(row);
}

/** As in any tree: right unfolds, then goes to the first child; left folds, or else goes to the parent. */
function fold(grid: GridHandle, run: RunRow, open: boolean): void {
  if (!grid.nested) return;
  const isOpen = grid.expanded.includes(run.run_id);
  const foldable = run.children_total !== 0;
  if (foldable && isOpen !== open) toggleOpen(grid, run.run_id);
  else if (foldable && open) moveTo(grid, grid.active + 1, false);
  else if (!open) moveTo(grid, parentRow(grid), false);
}

function parentRow(grid: GridHandle): number {
  const depth = depthAt(grid, grid.active);
  let row = grid.active;
  while (depth > 0 && row > 0 && depthAt(grid, row) >= depth) row -= 1;
  return row;
}

/** Rows that are not loaded are taken to be deep: they are no parent that one could go to. */
function depthAt(grid: GridHandle, row: number): number {
  const found = grid.rowAt(row);
  return found.kind === "run" ? found.depth : Number.POSITIVE_INFINITY;
}
