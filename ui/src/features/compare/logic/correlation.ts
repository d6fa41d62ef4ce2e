/** How strongly two fields go together over the runs that have both. */
export interface Correlation {
  /** Spearman's rank correlation, -1 to 1; null for fewer than three runs or a constant field. */
  readonly rank: number | null;
  /** Runs that have both values. */
  readonly runs: number;
}

export function correlation(xs: readonly (number | null)[], ys: readonly (number | null)[]): Correlation {
  const pairs = xs.flatMap((x, i): [number, number][] => {
    const y = ys[i];
    return x === null || y === null || y === undefined ? [] : [[x, y]];
  });
  if (pairs.length < 3) return { rank: null, runs: pairs.length };
  const rank = pearson(ranks(pairs.map(([x]) => x)), ranks(pairs.map(([, y]) => y)));
  return { rank, runs: pairs.length };
}

/** Ranks from 0; equal values share the mean of theirs. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const found = new Array<number>(values.length).fill(0);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end += 1;
    for (let i = start; i < end; i += 1) found[order[i] as number] = (start + end - 1) / 2;
    start = end;
  }
  return found;
}

function pearson(xs: readonly number[], ys: readonly number[]): number | null {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  let [xy, xx, yy] = [0, 0, 0];
  xs.forEach((x, i) => {
    const [dx, dy] = [x - mx, (ys[i] as number) - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}
