import { useMemo } from "react";
import { formatExact, formatNumber } from "@/lib/numbers";
import classes from "./BarChart.module.css";
import { type CursorStore, useCursor } from "./cursor";
import { toBars } from "./logic/bars";
import type { Curve } from "./logic/curves";

interface BarChartProps {
  label: string;
  curves: readonly Curve[];
  cursor: CursorStore;
}

/** One value per run, compared as bars: for metrics that were logged once. A single run is a number. */
export function BarChart({ label, curves, cursor }: BarChartProps) {
  const bars = useMemo(() => toBars(curves), [curves]);
  const highlight = useCursor(cursor, (state) => state.run);
  const [only] = bars;
  if (only !== undefined && bars.length === 1) {
    return (
      <div className={classes.number} title={only.value === null ? undefined : formatExact(only.value)}>
        {only.value === null ? "not finite" : formatNumber(only.value)}
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
    <section className={classes.bars} tabIndex={0} aria-label={label}>
      <ul>
        {bars.map(({ run, value, from, length }) => (
          <li
            key={run.runId}
            className={classes.row}
            data-faded={highlight !== null && highlight !== run.runId}
            onPointerEnter={() => cursor.point(run.runId)}
            onPointerLeave={() => cursor.point(null)}
          >
            <span className={classes.name} title={run.name}>
              {run.name}
            </span>
            <span className={classes.track} aria-hidden>
              <span
                className={classes.bar}
                style={{ left: `${from * 100}%`, width: `${length * 100}%`, background: run.color }}
              />
            </span>
            <span className={classes.value} title={value === null ? undefined : formatExact(value)}>
              {value === null ? "not finite" : formatNumber(value)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
