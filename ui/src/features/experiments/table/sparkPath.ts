import type { BinnedSeries, RunRow } from "@/api/types";
import { toNumber } from "@/lib/numbers";

export const SPARK_WIDTH = 52;
export const SPARK_HEIGHT = 18;
/** Half the line's width, which would be cut off at the edges. */
const EDGE = 1.5;

/** Through one point there is no curve. */
export function hasCurve(run: RunRow, metric: string): boolean {
  return (run.metrics[metric]?.points ?? 0) > 1;
}

/** The `d` of an SVG path. */
export type Spark = string;

/**
 * The curve of a series, or null where fewer than two of its values are numbers. Each has its own scale of values;
 * `lo` and `hi` are the steps at the left and right edge, so that a run that ended early is short.
 */
export function sparkPath({ x, mean }: BinnedSeries, lo: number, hi: number): Spark | null {
  const points = x.flatMap((step, at): [number, number][] => {
    const value = toNumber(mean[at]);
    return Number.isFinite(value) ? [[step, value]] : [];
  });
  if (points.length < 2) return null;
  const values = points.map(([, value]) => value);
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  const across = (step: number) => EDGE + ((step - lo) / Math.max(1, hi - lo)) * (SPARK_WIDTH - 2 * EDGE);
  const down = (value: number) => {
    const share = range === 0 ? 0.5 : (value - least) / range;
    return SPARK_HEIGHT - EDGE - share * (SPARK_HEIGHT - 2 * EDGE);
  };
  return `M${points.map(([step, value]) => `${across(step).toFixed(1)},${down(value).toFixed(1)}`).join("L")}`;
}

/** The first and last step of all series. */
export function extentOf(series: readonly BinnedSeries[]): [number, number] {
  const firsts = series.flatMap(({ x }) => x[0] ?? []);
  const lasts = series.flatMap(({ x }) => x.at(-1) ?? []);
  return [Math.min(...firsts), Math.max(...lasts)];
}
