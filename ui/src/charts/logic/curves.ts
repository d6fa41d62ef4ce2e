import type { BinnedSeries, WireNumber, XAxis } from "@/api/types";
import { toNumber } from "@/lib/numbers";
import type { Values } from "./smoothing";

/** A run as a chart shows it. */
export interface ChartRun {
  readonly runId: string;
  readonly name: string;
  readonly color: string;
  readonly dash?: readonly number[];
}

/** One metric of one run, ready to be drawn. Null where a value is NaN, infinite or missing. */
export interface Curve {
  readonly run: ChartRun;
  readonly x: readonly number[];
  readonly mean: Values;
  readonly min: Values;
  readonly max: Values;
  /** Points before binning. */
  readonly points: number;
  /** Points that cannot be drawn: NaN and infinite. */
  readonly notFinite: number;
}

/** The curves of `runs` in their order; runs without a single point are left out. */
export function toCurves(series: readonly BinnedSeries[], runs: readonly ChartRun[]): Curve[] {
  const byRun = new Map(series.map((one) => [one.run_id, one]));
  return runs.flatMap((run) => {
    const one = byRun.get(run.runId);
    return one === undefined || one.x.length === 0 ? [] : [toCurve(one, run)];
  });
}

/** True when no run has more than one point, so that there is nothing to draw a line through. */
export function isSinglePoint(curves: readonly Curve[]): boolean {
  return curves.length > 0 && curves.every((curve) => curve.points <= 1);
}

/** How many points one bucket of this curve stands for. */
export function pointsPerBucket(curve: Curve): number {
  return curve.x.length === 0 ? 1 : Math.max(1, curve.points / curve.x.length);
}

/** What the horizontal axis counts, as a column heading. */
export function axisName(x: XAxis): string {
  return { step: "step", time: "time", relative: "time since start" }[x];
}

function toCurve(one: BinnedSeries, run: ChartRun): Curve {
  const infinite = one.mean.filter((_, i) => isInfinite(one.min[i]) || isInfinite(one.max[i])).length;
  return {
    run,
    x: one.x,
    mean: one.mean.map(finiteOrNull),
    min: one.min.map(finiteOrNull),
    max: one.max.map(finiteOrNull),
    points: one.points,
    notFinite: one.nan + infinite,
  };
}

function finiteOrNull(value: WireNumber | null): number | null {
  const number = toNumber(value);
  return Number.isFinite(number) ? number : null;
}

function isInfinite(value: WireNumber | null | undefined): boolean {
  return value !== null && Math.abs(toNumber(value)) === Number.POSITIVE_INFINITY;
}
