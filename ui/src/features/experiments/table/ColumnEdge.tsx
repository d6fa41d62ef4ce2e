import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { type Column, columnId, columnLabel } from "../view/columns";
import { WIDTH_MAX, WIDTH_MIN, type Widths } from "../view/viewState";
import classes from "./RunTableHeader.module.css";

interface ColumnEdgeProps {
  column: Column;
  /** The present width in pixels. */
  width: number;
  widths: Widths;
  onWidths: (widths: Widths) => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -8, ArrowRight: 8 };
const FIT_KEYS = ["Enter", "Delete", "Backspace"];

/** The edge by which pointer and arrow keys make a column wider; a double click or Enter lets it fit again. */
export function ColumnEdge({ column, width: drawn, widths, onWidths }: ColumnEdgeProps) {
  const from = useRef<{ x: number; width: number } | null>(null);
  const id = columnId(column);
  // What is drawn may be a moment behind the keys.
  const width = widths[id] ?? drawn;
  const resize = (wanted: number) =>
    onWidths({ ...widths, [id]: Math.round(Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, wanted))) });
  const letFit = () => {
    const { [id]: _, ...others } = widths;
    onWidths(others);
  };
  const onPointerDown = (event: PointerEvent<HTMLHRElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width };
  };
  const onPointerMove = (event: PointerEvent) => {
    if (from.current !== null) resize(from.current.width + event.clientX - from.current.x);
  };
  const stop = () => {
    from.current = null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step !== undefined) resize(width + (event.shiftKey ? 5 * step : step));
    else if (FIT_KEYS.includes(event.key)) letFit();
    else return;
    event.preventDefault();
  };
  return (
    <hr
      className={classes.edge}
      aria-orientation="vertical"
      aria-label={`Width of ${columnLabel(column)}`}
      aria-valuenow={Math.round(width)}
      aria-valuemin={WIDTH_MIN}
      aria-valuemax={WIDTH_MAX}
      title="Drag to change the width, double click to fit"
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={stop}
      onPointerCancel={stop}
      onDoubleClick={letFit}
      onKeyDown={onKeyDown}
    />
  );
}
