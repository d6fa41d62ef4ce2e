/** Bucket counts come in these steps, so that a resized window mostly finds its curves in the cache. */
const STEP = 160;
const MIN = 160;
const MAX = 2000;
/** Buckets of all runs of a chart together: bounds an answer for hundreds of runs to a few MB. */
const PER_CHART = 24_000;

/** How finely a chart of this width asks for its curves: a bucket per pixel, less for very many runs. */
export function bucketsFor(widthPx: number, runCount: number): number {
  const byWidth = Math.ceil(Math.max(widthPx, 1) / STEP) * STEP;
  const byRuns = Math.floor(PER_CHART / Math.max(1, runCount) / STEP) * STEP;
  return Math.min(MAX, Math.max(MIN, Math.min(byWidth, byRuns)));
}
