import { type MouseEvent, type PointerEvent, useRef } from "react";
import { type GridHandle, runAt, runsBetween, toggleOpen } from "./useGridKeys";

interface Drag {
  from: number;
  /** What the rows passed become. */
  select: boolean;
  /** What was selected before. */
  before: ReadonlySet<string>;
}

/**
 * A click on a row selects it or lets it go, a drag does so to every row passed, Shift takes all rows from the last
 * one. One set of handlers on the table serves all rows; a row says which it is by `data-row`.
 */
export function useGridPointer(grid: GridHandle) {
  const drag = useRef<Drag | null>(null);

  const onPointerDown = (event: PointerEvent) => {
    const row = rowOf(event.target);
    if (row === null || event.button !== 0 || isControl(event.target)) return;
    // A finger scrolls; it selects by the box.
    if (event.pointerType !== "mouse") return;
    // No text is marked while rows are.
    event.preventDefault();
    (event.currentTarget as HTMLElement).focus({ preventScroll: true });
    const run = runAt(grid, row);
    if (run === null) return;
    if (event.shiftKey) {
      grid.selection.set(runsBetween(grid, grid.active, row), true);
    } else {
      const select = !grid.selection.has(run.run_id);
      drag.current = { from: row, select, before: grid.selection.ids };
      grid.selection.set([run.run_id], select);
    }
    grid.setActive(row);
  };

  const onPointerOver = (event: PointerEvent) => {
    const row = rowOf(event.target);
    if (drag.current === null || row === null) return;
    const { from, select, before } = drag.current;
    const after = new Set(before);
    for (const runId of runsBetween(grid, from, row)) {
      if (select) after.add(runId);
      else after.delete(runId);
    }
    grid.selection.replace(after);
    grid.setActive(row);
  };

  const stop = () => {
    drag.current = null;
  };

  const onClick = (event: MouseEvent) => {
    const row = rowOf(event.target);
    const action = (event.target as Element).closest("[data-action]")?.getAttribute("data-action");
    const run = row === null ? null : runAt(grid, row);
    if (row === null || run === null || action === undefined) return;
    if (action === "draw") grid.onDraw([run.run_id], !grid.isDrawn(run.run_id));
    if (action === "open") toggleOpen(grid, run.run_id);
    if (action === "select") {
      const rows = event.shiftKey ? runsBetween(grid, grid.active, row) : [run.run_id];
      grid.selection.set(rows, !grid.selection.has(run.run_id));
    }
    grid.setActive(row);
  };

  return {
    onPointerDown,
    onPointerOver,
    onPointerUp: stop,
    onPointerLeave: stop,
    onPointerCancel: stop,
    onClick,
  };
}

function rowOf(target: EventTarget): number | null {
  const row = (target as Element).closest("[data-row]")?.getAttribute("data-row");
  return row === undefined || row === null ? null : Number(row);
}

function isControl(target: EventTarget): boolean {
  return (target as Element).closest("a, button, input") !== null;
}
