import type { BinnedSeries, BinsRequest, BinsResponse } from "@/api/types";

/** What part of the curves, and how finely: everything of a request but runs and metrics. */
export type Frame = Pick<BinsRequest, "x" | "lo" | "hi" | "buckets">;

export interface SeriesLoaderOptions {
  send(request: BinsRequest, signal: AbortSignal): Promise<BinsResponse>;
  /** Counts the changes of a run; null when changes cannot be followed, so that nothing may be kept. */
  revisionOf(runId: string): number | null;
}

interface Waiter {
  readonly frame: Frame;
  readonly runIds: readonly string[];
  readonly key: string;
  readonly signal: AbortSignal;
  resolve(series: BinnedSeries[]): void;
  reject(error: unknown): void;
}

interface Kept {
  readonly series: BinnedSeries;
  readonly revision: number;
}

/** Charts that scroll into view together ask together. */
const GATHER_MS = 20;
/** The server's limits for one request. */
const RUNS_MAX = 200;
const KEYS_MAX = 100;
const CURVES_MAX = 2000;
/** Buckets in one answer: keeps it at a few MB, so that the first charts appear early. */
const BUCKETS_MAX = 76_800;
/** Curves kept in memory; 640 buckets of one take about 25 kB. */
const KEPT_MAX = 2000;

/**
 * Loads curves for many charts with few requests, and only the runs that are missing or have changed.
 *
 * Every chart calls `load` for its one metric. Calls of the same moment are joined; curves that came before
 * are given again until their run changes.
 */
export class SeriesLoader {
  private readonly kept = new Map<string, Kept>();
  private waiting: Waiter[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: SeriesLoaderOptions) {}

  /** One series per run, in the order of `runIds`; a run without the metric has a series without points. */
  async load(
    frame: Frame,
    runIds: readonly string[],
    key: string,
    signal: AbortSignal,
  ): Promise<BinnedSeries[]> {
    const known = new Map(runIds.map((runId) => [runId, this.recall(frame, runId, key)]));
    const missing = runIds.filter((runId) => known.get(runId) === undefined);
    const loaded = missing.length === 0 ? [] : await this.enqueue(frame, missing, key, signal);
    const fresh = new Map(loaded.map((series) => [series.run_id, series]));
    return runIds.map((runId) => known.get(runId) ?? fresh.get(runId) ?? emptySeries(runId, key));
  }

  private enqueue(frame: Frame, runIds: readonly string[], key: string, signal: AbortSignal) {
    return new Promise<BinnedSeries[]>((resolve, reject) => {
      this.waiting.push({ frame, runIds, key, signal, resolve, reject });
      this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
    });
  }

  private flush(): void {
    const waiters = this.waiting.filter((waiter) => !waiter.signal.aborted);
    for (const gone of this.waiting) if (gone.signal.aborted) gone.reject(gone.signal.reason);
    this.waiting = [];
    this.timer = undefined;
    for (const group of groupBy(waiters, (w) => JSON.stringify([w.frame, w.runIds]))) {
      const runCount = (group[0] as Waiter).runIds.length;
      const { buckets } = (group[0] as Waiter).frame;
      const curves = Math.min(CURVES_MAX, BUCKETS_MAX / buckets);
      const keysAtOnce = Math.max(1, Math.min(KEYS_MAX, Math.floor(curves / runCount)));
      for (const part of chunks(group, keysAtOnce)) void this.serve(part);
    }
  }

  /** Answers waiters that differ in nothing but their metric. */
  private async serve(waiters: readonly Waiter[]): Promise<void> {
    const { frame, runIds } = waiters[0] as Waiter;
    const keys = [...new Set(waiters.map((waiter) => waiter.key))];
    const revisions = new Map(runIds.map((runId) => [runId, this.options.revisionOf(runId)]));
    const signal = abortedWithAll(waiters.map((waiter) => waiter.signal));
    try {
      const parts = chunks(runIds, RUNS_MAX).map((run_ids) =>
        this.options.send({ ...frame, run_ids: [...run_ids], keys }, signal),
      );
      const series = (await Promise.all(parts)).flatMap((part) => part.series);
      const found = new Map(series.map((one) => [id(one.run_id, one.key), one]));
      for (const waiter of waiters) {
        const own = runIds.map((runId) => found.get(id(runId, waiter.key)) ?? emptySeries(runId, waiter.key));
        for (const one of own) this.keep(frame, one, revisions.get(one.run_id) ?? null);
        waiter.resolve(own);
      }
    } catch (error) {
      for (const waiter of waiters) waiter.reject(error);
    }
  }

  private recall(frame: Frame, runId: string, key: string): BinnedSeries | undefined {
    const kept = this.kept.get(cacheKey(frame, runId, key));
    const revision = this.options.revisionOf(runId);
    return kept !== undefined && revision !== null && kept.revision === revision ? kept.series : undefined;
  }

  private keep(frame: Frame, series: BinnedSeries, revision: number | null): void {
    if (revision === null) return;
    const key = cacheKey(frame, series.run_id, series.key);
    this.kept.delete(key);
    this.kept.set(key, { series, revision });
    // A Map remembers the order of insertion: the first key is the oldest.
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT_MAX) break;
      this.kept.delete(oldest);
    }
  }
}

function emptySeries(run_id: string, key: string): BinnedSeries {
  return { run_id, key, points: 0, x: [], min: [], max: [], mean: [], last: [], nan: 0 };
}

function cacheKey(frame: Frame, runId: string, key: string): string {
  return JSON.stringify([frame.x, frame.lo, frame.hi, frame.buckets, runId, key]);
}

function id(runId: string, key: string): string {
  return `${runId} ${key}`;
}

function abortedWithAll(signals: readonly AbortSignal[]): AbortSignal {
  const all = new AbortController();
  let left = signals.length;
  const onAbort = () => {
    left -= 1;
    if (left === 0) all.abort();
  };
  for (const signal of signals) signal.addEventListener("abort", onAbort, { once: true });
  return all.signal;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}
