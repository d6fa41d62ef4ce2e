import { useState } from "react";
import type { RunRow } from "@/api/types";
import type { LineStyle } from "@/design/lineStyle";
import { formatNumber } from "@/lib/numbers";
import { useGo } from "@/lib/PageLink";
import { runPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import type { FieldAxis } from "../logic/axis";
import classes from "./Relations.module.css";

interface ScatterPlotProps {
  runs: readonly RunRow[];
  x: FieldAxis;
  y: FieldAxis;
  styles: ReadonlyMap<string, LineStyle>;
  width: number;
}

const HEIGHT = 440;
const MARGIN = { top: 26, right: 28, bottom: 46, left: 76 };

/** Keeps the outermost dots off the edge. */
const inset = (at: number) => 0.03 + at * 0.94;

/** A dot per run; Enter or a click opens the run. */
export function ScatterPlot({ runs, x, y, styles, width }: ScatterPlotProps) {
  const workspace = useWorkspace();
  const go = useGo();
  const [hovered, setHovered] = useState<number | null>(null);
  const left = (at: number) => MARGIN.left + inset(at) * (width - MARGIN.left - MARGIN.right);
  const top = (at: number) => MARGIN.top + (1 - inset(at)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const run = hovered === null ? undefined : runs[hovered];
  const dots = runs.flatMap((one, index) => {
    const [dx, dy] = [x.positions[index], y.positions[index]];
    return dx === null || dx === undefined || dy === null || dy === undefined
      ? []
      : [{ run: one, index, dx, dy }];
  });
  return (
    <>
      <svg
        className={classes.svg}
        width={width}
        height={HEIGHT}
        role="group"
        aria-label={`${y.field.key} by ${x.field.key}`}
      >
        {x.ticks.map(({ at, label }) => (
          <g key={label}>
            <line className={classes.grid} x1={left(at)} x2={left(at)} y1={top(1)} y2={top(0)} />
            <text x={left(at)} y={top(0) + 16} textAnchor="middle">
              {label}
            </text>
          </g>
        ))}
        {y.ticks.map(({ at, label }) => (
          <g key={label}>
            <line className={classes.grid} x1={left(0)} x2={left(1)} y1={top(at)} y2={top(at)} />
            <text x={left(0) - 10} y={top(at)} dy="0.32em" textAnchor="end">
              {label.length > 11 ? `${label.slice(0, 10)}…` : label}
            </text>
          </g>
        ))}
        <text className={classes.axisName} x={left(0.5)} y={HEIGHT - 8} textAnchor="middle">
          {axisTitle(x)}
        </text>
        <text className={classes.axisName} x={8} y={14}>
          {axisTitle(y)}
        </text>
        {dots.map(({ run: one, index, dx, dy }) => (
          <circle
            key={one.run_id}
            className={classes.dot}
            cx={left(dx)}
            cy={top(dy)}
            r={hovered === index ? 8 : 5.5}
            fill={styles.get(one.run_id)?.color}
            role="link"
            tabIndex={0}
            aria-label={`${one.name}: ${valueText(x, index)}, ${valueText(y, index)}`}
            style={{ cursor: "pointer" }}
            onPointerEnter={() => setHovered(index)}
            onPointerLeave={() => setHovered(null)}
            onFocus={() => setHovered(index)}
            onBlur={() => setHovered(null)}
            onClick={() => go(runPage(workspace, one.experiment_id, one.run_id))}
            onKeyDown={(event) =>
              event.key === "Enter" && go(runPage(workspace, one.experiment_id, one.run_id))
            }
          />
        ))}
      </svg>
      <p className={classes.readout} role="status">
        {run !== undefined && hovered !== null ? (
          <>
            <strong>{run.name}</strong> {valueText(x, hovered)} · {valueText(y, hovered)}
          </>
        ) : (
          dots.length < runs.length &&
          `${runs.length - dots.length} of ${runs.length} runs lack one of the two and are not drawn`
        )}
      </p>
    </>
  );
}

function axisTitle(axis: FieldAxis): string {
  return axis.log ? `${axis.field.key} (log)` : axis.field.key;
}

function valueText(axis: FieldAxis, run: number): string {
  const value = axis.field.values[run] ?? null;
  return `${axis.field.key} ${typeof value === "number" ? formatNumber(value) : (value ?? "–")}`;
}
