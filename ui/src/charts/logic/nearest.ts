/** Index of the value in ascending `xs` nearest to `x`; -1 when there is none. */
export function nearestIndex(xs: ArrayLike<number>, x: number): number {
  if (xs.length === 0) return -1;
  const at = lowerBound(xs, x);
  if (at === 0) return 0;
  if (at === xs.length) return xs.length - 1;
  const before = xs[at - 1] as number;
  const after = xs[at] as number;
  return x - before <= after - x ? at - 1 : at;
}

/** First index whose value is not below `x`. */
export function lowerBound(xs: ArrayLike<number>, x: number): number {
  let lo = 0;
  let hi = xs.length;
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if ((xs[middle] as number) < x) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}

/** What a curve shows at the cursor. */
export interface Reading {
  readonly id: string;
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

interface Curve {
  readonly id: string;
  readonly x: ArrayLike<number>;
  readonly y: readonly (number | null)[];
}

/**
 * The reading of every curve nearest to `x`, largest value first; a curve that ends more than `reach` away
 * from the cursor has none.
 */
export function readingsAt(curves: readonly Curve[], x: number, reach: number): Reading[] {
  const readings: Reading[] = [];
  for (const curve of curves) {
    const index = nearestDrawn(curve, x);
    if (index < 0) continue;
    const at = curve.x[index] as number;
    const y = curve.y[index];
    if (y === null || y === undefined) continue;
    const outside = x < (curve.x[0] as number) || x > (curve.x[curve.x.length - 1] as number);
    if (outside && Math.abs(at - x) > reach) continue;
    readings.push({ id: curve.id, index, x: at, y });
  }
  return readings.sort((a, b) => b.y - a.y);
}

/** The curve whose reading lies nearest to a height on the screen; null when there is no reading. */
export function closestTo(
  readings: readonly Reading[],
  top: number,
  toTop: (y: number) => number,
): string | null {
  let best: string | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const reading of readings) {
    const away = Math.abs(toTop(reading.y) - top);
    if (away < distance) {
      distance = away;
      best = reading.id;
    }
  }
  return best;
}

function nearestDrawn(curve: Curve, x: number): number {
  const start = nearestIndex(curve.x, x);
  for (let away = 0; away < 4; away += 1) {
    if (isDrawn(curve, start - away)) return start - away;
    if (isDrawn(curve, start + away)) return start + away;
  }
  return -1;
}

function isDrawn(curve: Curve, index: number): boolean {
  const value = curve.y[index];
  return value !== null && value !== undefined;
}
