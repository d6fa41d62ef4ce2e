import { useMemo } from "react";
import type { XAxis } from "@/api/types";
import { formatExact, formatNumber } from "@/lib/numbers";
import { Swatch } from "@/lib/Swatch";
import { type CursorStore, useCursor } from "./cursor";
import classes from "./Legend.module.css";
import { axisValue } from "./logic/labels";
import type { Plot } from "./logic/plot";
import { plotReadings, type RunReading } from "./logic/readings";

interface LegendProps {
  plot: Plot;
  x: XAxis;
  cursor: CursorStore;
}

/** Every run of a chart with its value at the cursor, or its last value in view; largest first. */
export function Legend({ plot, x, cursor }: LegendProps) {
  const at = useCursor(cursor, (state) => state.x);
  const highlight = useCursor(cursor, (state) => state.run);
  const last = useMemo(() => lastReadings(plot), [plot]);
  const rows = at === null ? last : plotReadings(plot, at);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
    <section className={classes.legend} aria-label="Values" tabIndex={0}>
      <table>
        <caption>
          {at === null ? "Last in view" : `At ${axisValue(x, x === "step" ? Math.round(at) : at)}`}
        </caption>
        <tbody>
          {rows.map(({ run, value, extremes }) => (
            <tr
              key={run.runId}
              data-strong={run.runId === highlight}
              onPointerEnter={() => cursor.point(run.runId)}
              onPointerLeave={() => cursor.point(null)}
            >
              <td className={classes.swatch}>
                <Swatch line={{ color: run.color, dash: run.dash ?? [] }} />
              </td>
              <th scope="row" title={run.name}>
                {run.name}
              </th>
              <td className={classes.value} title={formatExact(value)}>
                {formatNumber(value)}
                {extremes !== null && (
                  <small>
                    {formatNumber(extremes.lo, 3)} … {formatNumber(extremes.hi, 3)}
                  </small>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The last reading of every run in view. */
function lastReadings(plot: Plot): RunReading[] {
  return plot.traces
    .flatMap((trace) => {
      const own = { ...plot, traces: [trace] };
      const end = trace.x.findLast((x) => plot.x !== null && x <= plot.x.hi);
      return end === undefined ? [] : plotReadings(own, plot.xScale.from(end));
    })
    .sort((a, b) => b.value - a.value);
}
