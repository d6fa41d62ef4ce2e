import { Portal } from "@mantine/core";
import type { CSSProperties } from "react";
import type { XAxis } from "@/api/types";
import { formatNumber } from "@/lib/numbers";
import { Swatch } from "@/lib/Swatch";
import classes from "./ChartTooltip.module.css";
import { type CursorStore, useCursor } from "./cursor";
import type { LinePlot } from "./line/linePlot";
import { axisValue } from "./logic/labels";
import type { Plot } from "./logic/plot";
import { plotReadings, type RunReading } from "./logic/readings";

interface ChartTooltipProps {
  id: string;
  plot: Plot;
  x: XAxis;
  line: LinePlot;
  cursor: CursorStore;
}

/** Rows shown at once; the run pointed at is always among them. */
const ROWS_MAX = 10;
const GAP_PX = 14;
/** Extremes of every run are shown up to this many runs; beyond, only of the run pointed at. */
const EXTREMES_MAX = 4;
/** In narrower windows the tooltip lies below the curves, not beside the cursor. */
const NARROW_PX = 720;

/** The values at the cursor, largest first, beside the cursor of the chart that is pointed at. */
export function ChartTooltip({ id, plot, x, line, cursor }: ChartTooltipProps) {
  const at = useCursor(cursor, (state) => (state.chart === id ? state.x : null));
  const highlight = useCursor(cursor, (state) => state.run);
  if (at === null) return null;
  const left = line.leftOf(at);
  const readings = plotReadings(plot, at);
  if (left === null || readings.length === 0) return null;
  const place = placeBeside(line, left);
  const { rows, above, below } = aroundHighlight(readings, highlight);
  const exact = readings.length === 1 ? (readings[0]?.x ?? at) : at;
  return (
    <Portal>
      <div className={classes.tooltip} style={place} aria-hidden>
        <div className={classes.at}>{axisValue(x, x === "step" ? Math.round(exact) : exact)}</div>
        {above > 0 && <div className={classes.more}>{above} above</div>}
        <table className={classes.rows}>
          <tbody>
            {rows.map((reading) => (
              <Row
                key={reading.run.runId}
                reading={reading}
                strong={reading.run.runId === highlight}
                detailed={readings.length <= EXTREMES_MAX || reading.run.runId === highlight}
              />
            ))}
          </tbody>
        </table>
        {below > 0 && <div className={classes.more}>{below} below</div>}
      </div>
    </Portal>
  );
}

interface RowProps {
  reading: RunReading;
  strong: boolean;
  /** With the value before smoothing and the extremes. */
  detailed: boolean;
}

function Row({ reading, strong, detailed }: RowProps) {
  const { run, value, raw, extremes } = reading;
  return (
    <tr className={strong ? classes.strong : undefined}>
      <td>
        <Swatch line={{ color: run.color, dash: run.dash ?? [] }} width={14} />
      </td>
      <td className={classes.value}>{formatNumber(value)}</td>
      {detailed && raw !== null && <td className={classes.aside}>{formatNumber(raw, 4)}</td>}
      {detailed && extremes !== null && (
        <td className={classes.aside}>
          {formatNumber(extremes.lo, 3)} … {formatNumber(extremes.hi, 3)}
        </td>
      )}
      <td className={classes.name}>{run.name}</td>
    </tr>
  );
}

/** Beside the cursor on the side with more room, inside the window. */
function placeBeside(line: LinePlot, left: number): CSSProperties {
  const box = line.box;
  if (window.innerWidth < NARROW_PX)
    return { left: 8, right: 8, top: Math.min(box.bottom + 4, window.innerHeight - 160) };
  const at = box.left + left;
  const top = Math.max(8, box.top - 4);
  return at > window.innerWidth / 2
    ? { right: window.innerWidth - at + GAP_PX, top }
    : { left: at + GAP_PX, top };
}

/** At most `ROWS_MAX` rows around the one pointed at, and how many lie above and below them. */
function aroundHighlight(readings: readonly RunReading[], highlight: string | null) {
  const here = readings.findIndex((reading) => reading.run.runId === highlight);
  const first = Math.max(0, Math.min(readings.length - ROWS_MAX, here - Math.floor(ROWS_MAX / 2)));
  const rows = readings.slice(first, first + ROWS_MAX);
  return { rows, above: first, below: readings.length - first - rows.length };
}
