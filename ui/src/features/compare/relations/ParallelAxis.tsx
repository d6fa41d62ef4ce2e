import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import type { FieldAxis } from "../logic/axis";
import { brushKey } from "../logic/brush";
import classes from "./Relations.module.css";

interface Brush {
  lo: number;
  hi: number;
}

interface ParallelAxisProps {
  axis: FieldAxis;
  x: number;
  top: number;
  bottom: number;
  brush: Brush | undefined;
  onBrush: (brush: Brush | null) => void;
  labelsOnLeft: boolean;
}

const HIT_PX = 28;
/** Shorter drags are clicks, which free the axis. */
const DRAG_MIN = 0.02;
const NAME_MAX = 22;

/** One axis: its name, its ticks, and the stretch that is brushed. */
export function ParallelAxis({ axis, x, top, bottom, brush, onBrush, labelsOnLeft }: ParallelAxisProps) {
  const start = useRef<number | null>(null);
  const [draft, setDraft] = useState<Brush | null>(null);
  const y = (position: number) => top + (1 - position) * (bottom - top);
  const positionOf = (event: PointerEvent<SVGGElement>) => {
    const box = event.currentTarget.ownerSVGElement?.getBoundingClientRect();
    const at = 1 - (event.clientY - (box?.top ?? 0) - top) / (bottom - top);
    return Math.min(1, Math.max(0, at));
  };
  const onPointerDown = (event: PointerEvent<SVGGElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = positionOf(event);
  };
  const onPointerMove = (event: PointerEvent<SVGGElement>) => {
    if (start.current === null) return;
    const here = positionOf(event);
    setDraft({ lo: Math.min(start.current, here), hi: Math.max(start.current, here) });
  };
  const onPointerUp = () => {
    if (start.current === null) return;
    start.current = null;
    onBrush(draft !== null && draft.hi - draft.lo >= DRAG_MIN ? draft : null);
    setDraft(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = brushKey(event.key, brush);
    if (next === undefined) return;
    event.preventDefault();
    onBrush(next);
  };
  const shown = draft ?? brush;
  const { key } = axis.field;
  const name = key.length > NAME_MAX ? `…${key.slice(1 - NAME_MAX)}` : key;
  return (
    <g
      className={classes.axis}
      role="slider"
      aria-orientation="vertical"
      aria-label={`${key}${axis.log ? ", logarithmic" : ""}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((shown?.lo ?? 0) * 100)}
      aria-valuetext={shown ? `${percent(shown.lo)} to ${percent(shown.hi)} of the axis` : "not brushed"}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onKeyDown={onKeyDown}
    >
      <text className={classes.axisName} x={x} y={top - 24} textAnchor="middle">
        <title>{key}</title>
        {name}
      </text>
      {axis.log && (
        <text x={x} y={top - 11} textAnchor="middle">
          log
        </text>
      )}
      <line className={classes.axisLine} x1={x} x2={x} y1={top} y2={bottom} />
      {axis.ticks.map(({ at, label }) => (
        <g key={label} transform={`translate(${x} ${y(at)})`}>
          <line className={classes.axisLine} x1={-3} x2={3} />
          <text
            className={classes.tickText}
            x={labelsOnLeft ? -7 : 7}
            dy="0.32em"
            textAnchor={labelsOnLeft ? "end" : "start"}
          >
            {label.length > 16 ? `${label.slice(0, 15)}…` : label}
          </text>
        </g>
      ))}
      <rect
        className={classes.hit}
        x={x - HIT_PX / 2}
        width={HIT_PX}
        y={top - 4}
        height={bottom - top + 8}
        rx={4}
      />
      {shown && (
        <rect
          className={classes.brush}
          x={x - 7}
          width={14}
          y={y(shown.hi)}
          height={Math.max(2, y(shown.lo) - y(shown.hi))}
          rx={3}
        />
      )}
    </g>
  );
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
