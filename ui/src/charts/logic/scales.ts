/** How a number becomes a position: the chart works on `to(value)` and prints `from(position)`. */
export interface Scale {
  readonly log: boolean;
  to(value: number): number;
  from(position: number): number;
}

export const linearScale: Scale = { log: false, to: (v) => v, from: (p) => p };

export const logScale: Scale = { log: true, to: (v) => Math.log10(v), from: (p) => 10 ** p };

/** Range of an axis in its own units, and what could not be placed on it. */
export interface Domain {
  readonly lo: number;
  readonly hi: number;
  /** Values that a log axis has no place for (zero and below). */
  readonly nonPositive: number;
  /** Values that lie off the axis because outliers are ignored. */
  readonly outside: number;
}

export interface DomainOptions {
  readonly log: boolean;
  readonly ignoreOutliers?: boolean;
  /** Air above and below the values, as a share of the axis. */
  readonly padding?: number;
}

/** Share of the values cut off at each end when outliers are ignored. */
const OUTLIER_SHARE = 0.05;
const PADDING = 0.04;

/** The range that shows all the finite `values`; null when there is none to show. */
export function domainOf(values: Iterable<number>, options: DomainOptions): Domain | null {
  const shown: number[] = [];
  let nonPositive = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (options.log && value <= 0) nonPositive += 1;
    else shown.push(value);
  }
  if (shown.length === 0) return null;
  const [lo, hi] = options.ignoreOutliers ? innerRange(shown) : extent(shown);
  const outside = options.ignoreOutliers ? shown.filter((v) => v < lo || v > hi).length : 0;
  return { ...padded(lo, hi, options.log, options.padding ?? PADDING), nonPositive, outside };
}

function extent(values: readonly number[]): [number, number] {
  let lo = Number.POSITIVE_INFINITY;
  let hi = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < lo) lo = value;
    if (value > hi) hi = value;
  }
  return [lo, hi];
}

function innerRange(values: number[]): [number, number] {
  if (values.length < 5) return extent(values);
  const sorted = Float64Array.from(values).sort();
  return [quantile(sorted, OUTLIER_SHARE), quantile(sorted, 1 - OUTLIER_SHARE)];
}

function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

function padded(lo: number, hi: number, log: boolean, padding: number): { lo: number; hi: number } {
  if (log) {
    const span = Math.log10(hi) - Math.log10(lo);
    const pad = span === 0 ? 0.5 : span * padding;
    return { lo: 10 ** (Math.log10(lo) - pad), hi: 10 ** (Math.log10(hi) + pad) };
  }
  // Halves are subtracted, so that a range over the largest doubles does not overflow.
  const span = hi / 2 - lo / 2;
  const pad = span === 0 ? Math.abs(hi) * 0.1 || 1 : span * 2 * padding;
  return { lo: clampFinite(lo - pad), hi: clampFinite(hi + pad) };
}

function clampFinite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}
