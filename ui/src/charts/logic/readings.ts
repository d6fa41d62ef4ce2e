import type { ChartRun } from "./curves";
import { type Reading, readingsAt } from "./nearest";
import type { Plot, Trace } from "./plot";

/** What one run shows at the cursor, in axis units. */
export interface RunReading {
  readonly run: ChartRun;
  readonly x: number;
  /** The line: the mean of a bucket, smoothed if asked. */
  readonly value: number;
  /** The mean before smoothing; null when it is the line or missing. */
  readonly raw: number | null;
  /** The extremes of the bucket; null when it holds one point. */
  readonly extremes: { readonly lo: number; readonly hi: number } | null;
}

/** How far beyond its end a curve is still read, as a share of the axis. */
const REACH = 0.02;

/** What every run shows at axis value `x`, largest value first. */
export function plotReadings(plot: Plot, x: number): RunReading[] {
  const at = plot.xScale.to(x);
  if (plot.x === null || !Number.isFinite(at)) return [];
  const curves = plot.traces.map((trace) => ({ id: trace.run.runId, x: trace.x, y: trace.line }));
  const byId = new Map(plot.traces.map((trace) => [trace.run.runId, trace]));
  return readingsAt(curves, at, (plot.x.hi - plot.x.lo) * REACH).flatMap((reading) => {
    const trace = byId.get(reading.id);
    return trace === undefined ? [] : [toRunReading(plot, trace, reading)];
  });
}

/** Every place on the x axis where some curve has a point, ascending, in axis units. */
export function stops(plot: Plot): number[] {
  const all = new Set<number>();
  for (const trace of plot.traces) {
    for (const x of trace.x) if (inView(plot, x)) all.add(x);
  }
  return [...all].sort((a, b) => a - b).map((x) => plot.xScale.from(x));
}

function toRunReading(plot: Plot, trace: Trace, reading: Reading): RunReading {
  const unit = (position: number | null | undefined) =>
    position === null || position === undefined ? null : plot.yScale.from(position);
  const lo = unit(trace.band?.lo[reading.index]);
  const hi = unit(trace.band?.hi[reading.index]);
  return {
    run: trace.run,
    x: plot.xScale.from(reading.x),
    value: plot.yScale.from(reading.y),
    raw: unit(trace.raw?.[reading.index]),
    extremes: lo === null || hi === null || lo === hi ? null : { lo, hi },
  };
}

function inView(plot: Plot, x: number): boolean {
  return plot.x !== null && x >= plot.x.lo && x <= plot.x.hi;
}
