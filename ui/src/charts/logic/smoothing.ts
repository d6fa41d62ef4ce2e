/** A value per bucket; null where the bucket holds nothing that can be drawn. */
export type Values = readonly (number | null)[];

/**
 * Exponential moving average without the start-up bias, as TensorBoard draws it.
 *
 * `weight` is per *point* in [0, 1). When a bucket stands for several points, `pointsPerBucket` raises the
 * weight to that power, so a curve looks the same binned or not. Nulls stay null and do not move the average.
 * A curve of equal values is returned as it is: rounding must not invent ripples on a constant.
 */
export function smooth(values: Values, weight: number, pointsPerBucket = 1): (number | null)[] {
  if (weight <= 0 || isConstant(values)) return [...values];
  const w = Math.min(weight, 0.9999) ** Math.max(1, pointsPerBucket);
  let average = 0;
  let debias = 1;
  return values.map((value) => {
    if (value === null) return null;
    average = average * w + (1 - w) * value;
    debias *= w;
    return average / (1 - debias);
  });
}

function isConstant(values: Values): boolean {
  let first: number | null = null;
  for (const value of values) {
    if (value === null) continue;
    if (first === null) first = value;
    else if (value !== first) return false;
  }
  return true;
}
