import { useState } from "react";
import type { RunRow } from "@/api/types";
import type { LineStyle } from "@/design/lineStyle";
import { formatNumber } from "@/lib/numbers";
import type { FieldAxis } from "../logic/axis";
import type { Brushes } from "../logic/brush";
import { ParallelAxis } from "./ParallelAxis";
import classes from "./Relations.module.css";

interface ParallelPlotProps {
  axes: readonly FieldAxis[];
  runs: readonly RunRow[];
  styles: ReadonlyMap<string, LineStyle>;
  /** By run: whether every brush holds it. */
  inside: readonly boolean[];
  brushes: Brushes;
  onBrush: (fieldId: string, brush: { lo: number; hi: number } | null) => void;
  width: number;
}

const HEIGHT = 420;
const TOP = 44;
const BOTTOM = 18;
const SIDE = 64;
/** Axes nearer than this cannot be read: the plot scrolls sideways instead. */
const AXIS_GAP_MIN = 110;

/** The drawing of parallel coordinates. */
export function ParallelPlot({ axes, runs, styles, inside, brushes, onBrush, width }: ParallelPlotProps) {
  const [hovered, setHovered] = useState<number | null>(null);
  const full = Math.max(width, 2 * SIDE + (axes.length - 1) * AXIS_GAP_MIN);
  const x = (axis: number) => SIDE + (axis * (full - 2 * SIDE)) / Math.max(1, axes.length - 1);
  const y = (position: number) => TOP + (1 - position) * (HEIGHT - TOP - BOTTOM);
  const hoveredRun = hovered === null ? undefined : runs[hovered];
  return (
    <>
      <svg
        className={classes.svg}
        width={full}
        height={HEIGHT}
        aria-label="Parallel coordinates"
        role="group"
      >
        {runs.map((run, index) => {
          const style = styles.get(run.run_id);
          return (
            <path
              key={run.run_id}
              d={linePath(axes, index, x, y)}
              className={classes.line}
              stroke={style?.color}
              strokeDasharray={style?.dash.join(" ") || undefined}
              data-out={!inside[index] || (hovered !== null && hovered !== index)}
              data-strong={hovered === index}
              onPointerEnter={() => setHovered(index)}
              onPointerLeave={() => setHovered(null)}
            />
          );
        })}
        {axes.map((axis, index) => (
          <ParallelAxis
            key={axis.field.id}
            axis={axis}
            x={x(index)}
            top={TOP}
            bottom={HEIGHT - BOTTOM}
            brush={brushes[axis.field.id]}
            onBrush={(brush) => onBrush(axis.field.id, brush)}
            labelsOnLeft={index === axes.length - 1}
          />
        ))}
      </svg>
      <p className={classes.readout} role="status">
        {hoveredRun !== undefined && hovered !== null && (
          <>
            <strong>{hoveredRun.name}</strong> {axes.map((axis) => readout(axis, hovered)).join(" · ")}
          </>
        )}
      </p>
    </>
  );
}

/** A run's line, broken where it has no value. */
function linePath(
  axes: readonly FieldAxis[],
  run: number,
  x: (axis: number) => number,
  y: (position: number) => number,
): string {
  let path = "";
  let drawing = false;
  axes.forEach((axis, index) => {
    const at = axis.positions[run];
    if (at === null || at === undefined) {
      drawing = false;
      return;
    }
    path += `${drawing ? "L" : "M"}${x(index).toFixed(1)} ${y(at).toFixed(1)}`;
    drawing = true;
  });
  return path;
}

function readout(axis: FieldAxis, run: number): string {
  const value = axis.field.values[run] ?? null;
  const text = typeof value === "number" ? formatNumber(value) : (value ?? "–");
  return `${axis.field.key} ${text}`;
}
