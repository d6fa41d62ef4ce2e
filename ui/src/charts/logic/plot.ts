import type { ChartRun, Curve } from "./curves";
import { pointsPerBucket } from "./curves";
import { type Domain, domainOf, linearScale, logScale, type Scale } from "./scales";
import { smooth } from "./smoothing";

export interface Range {
  readonly lo: number;
  readonly hi: number;
}

export interface PlotOptions {
  readonly smoothing: number;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly ignoreOutliers: boolean;
  /** The part of the x axis in view, in axis units; null shows everything. */
  readonly zoom: Range | null;
}

/** One run's drawing: everything in positions (see `Scale`), null where the line breaks. */
export interface Trace {
  readonly run: ChartRun;
  readonly x: readonly number[];
  /** The curve itself, smoothed if asked. */
  readonly line: readonly (number | null)[];
  /** The values before smoothing; null when they are the line. */
  readonly raw: readonly (number | null)[] | null;
  /** Extremes of each bucket; null when every bucket holds one point. */
  readonly band: { readonly lo: readonly (number | null)[]; readonly hi: readonly (number | null)[] } | null;
}

/** A chart's drawing and what must be said beside it. */
export interface Plot {
  readonly traces: readonly Trace[];
  readonly xScale: Scale;
  readonly yScale: Scale;
  /** In positions; null when there is nothing to draw. */
  readonly x: Range | null;
  readonly y: Range | null;
  readonly notes: readonly string[];
}

/** From this many runs on, bands only hide each other: then the run pointed at shows its own. */
export const BANDS_MAX = 40;
/** An axis that begins within this share of its end begins at zero. */
const NEAR_ZERO = 0.03;

export function makePlot(curves: readonly Curve[], options: PlotOptions): Plot {
  const xScale = options.logX ? logScale : linearScale;
  const yScale = options.logY ? logScale : linearScale;
  const xDomain = domainOf(xsOf(curves), { log: options.logX, padding: 0 });
  const x = options.zoom && canPlace(options.zoom, xScale) ? options.zoom : fromZero(xDomain, xScale);
  const yDomain = domainOf(ysOf(curves, x), { log: options.logY, ignoreOutliers: options.ignoreOutliers });
  return {
    traces: curves.map((curve) => toTrace(curve, options.smoothing, xScale, yScale)),
    xScale,
    yScale,
    x: positions(x, xScale),
    y: positions(yDomain, yScale),
    notes: notesOf(curves, xDomain, yDomain),
  };
}

function toTrace(curve: Curve, smoothing: number, xScale: Scale, yScale: Scale): Trace {
  const place = (values: readonly (number | null)[]) => values.map((value) => placed(value, yScale));
  const smoothed = smooth(curve.mean, smoothing, pointsPerBucket(curve));
  const binned = curve.points > curve.x.length;
  return {
    run: curve.run,
    x: curve.x.map((x) => placed(x, xScale) ?? Number.NaN),
    line: place(smoothed),
    raw: smoothing > 0 ? place(curve.mean) : null,
    band: binned ? { lo: bandFloor(place(curve.min), place(curve.max), yScale), hi: place(curve.max) } : null,
  };
}

/** On a log axis a band may reach below zero: it is drawn down to the bottom edge. */
function bandFloor(lo: (number | null)[], hi: (number | null)[], scale: Scale): (number | null)[] {
  if (!scale.log) return lo;
  return lo.map((value, index) => (value === null && hi[index] !== null ? -400 : value));
}

function placed(value: number | null, scale: Scale): number | null {
  if (value === null || (scale.log && value <= 0)) return null;
  return scale.to(value);
}

/** A bucket is placed at its last point: the first one of a curve from 0 would leave the 0 out. */
function fromZero(domain: Domain | null, scale: Scale): Range | null {
  if (domain === null || scale.log || domain.lo <= 0 || domain.lo > domain.hi * NEAR_ZERO) return domain;
  return { lo: 0, hi: domain.hi };
}

function canPlace(range: Range, scale: Scale): boolean {
  return range.hi > range.lo && (!scale.log || range.lo > 0);
}

function positions(range: Range | null, scale: Scale): Range | null {
  return range && { lo: scale.to(range.lo), hi: scale.to(range.hi) };
}

function* xsOf(curves: readonly Curve[]): Iterable<number> {
  for (const curve of curves) yield* curve.x;
}

/** Every value in view, extremes included: they are drawn, so the axis makes room for them. */
function* ysOf(curves: readonly Curve[], view: Range | null): Iterable<number> {
  for (const curve of curves) {
    const binned = curve.points > curve.x.length;
    for (let i = 0; i < curve.x.length; i += 1) {
      const x = curve.x[i] as number;
      if (view && (x < view.lo || x > view.hi)) continue;
      for (const values of binned ? [curve.min, curve.max] : [curve.mean]) {
        const value = values[i];
        if (value !== null && value !== undefined) yield value;
      }
    }
  }
}

function notesOf(curves: readonly Curve[], x: Domain | null, y: Domain | null): string[] {
  const notFinite = curves.reduce((sum, curve) => sum + curve.notFinite, 0);
  const offX = x?.nonPositive ?? 0;
  const notes: string[] = [];
  if (notFinite > 0) notes.push(`${counted(notFinite, "value")} NaN or infinite, not drawn`);
  if (y && y.nonPositive > 0) notes.push(`${counted(y.nonPositive, "value")} ≤ 0, not on the log axis`);
  if (offX > 0) notes.push(`${counted(offX, "point")} at x ≤ 0, not on the log axis`);
  if (curves.length > 0 && y === null && notFinite === 0) notes.push("no value above zero for the log axis");
  if (curves.length > BANDS_MAX && curves.some((curve) => curve.points > curve.x.length)) {
    notes.push("extremes are drawn for the run pointed at");
  }
  if (y && y.outside > 0) notes.push(`${counted(y.outside, "value")} outside the axis`);
  return notes;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
