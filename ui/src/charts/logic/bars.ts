import type { ChartRun, Curve } from "./curves";

/** One run's only value of a metric. */
export interface Bar {
  readonly run: ChartRun;
  /** Null when the value is NaN or infinite. */
  readonly value: number | null;
  /** Where the bar starts and how long it is, as shares of the width. */
  readonly from: number;
  readonly length: number;
}

/** Bars of one scale that holds zero, largest value first; values that cannot be drawn last. */
export function toBars(curves: readonly Curve[]): Bar[] {
  const values = curves.flatMap((curve) => curve.mean[0] ?? []);
  const lo = Math.min(0, ...values);
  const hi = Math.max(0, ...values);
  // Halves keep the difference of two huge values finite.
  const span = hi / 2 - lo / 2;
  const share = (value: number) => (span === 0 ? 0 : (value / 2 - lo / 2) / span);
  return curves
    .map((curve): Bar => {
      const value = curve.mean[0] ?? null;
      if (value === null) return { run: curve.run, value, from: 0, length: 0 };
      const from = Math.min(share(0), share(value));
      return { run: curve.run, value, from, length: Math.abs(share(value) - share(0)) };
    })
    .sort((a, b) => (b.value ?? Number.NEGATIVE_INFINITY) - (a.value ?? Number.NEGATIVE_INFINITY));
}
