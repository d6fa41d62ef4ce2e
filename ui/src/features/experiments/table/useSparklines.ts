import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { keys } from "@/api/keys";
import type { BinnedSeries, RunRow } from "@/api/types";
import { loaderOf } from "@/charts/data/useCurves";
import { useWorkspace } from "@/lib/workspace";
import { extentOf, hasCurve, type Spark, sparkPath } from "./sparkPath";

/** The curves of one run, by metric. */
export type RunSparks = ReadonlyMap<string, Spark>;

/** One pixel in two. */
const FRAME = { x: "step", buckets: 26 } as const;
const NO_SPARKS: ReadonlyMap<string, RunSparks> = new Map();

/** The small curves of the runs and metrics on the screen, by run id: one request for all that is new there. */
export function useSparklines(
  runs: readonly RunRow[],
  metrics: readonly string[],
): ReadonlyMap<string, RunSparks> {
  const workspace = useWorkspace();
  const wanted = runs.filter((run) => metrics.some((key) => hasCurve(run, key))).map((run) => run.run_id);
  const request = { ...FRAME, run_ids: wanted, keys: [...metrics] };
  const { data } = useQuery({
    queryKey: keys.bins(workspace, request),
    // The loader joins these into one request, and asks for no curve twice.
    queryFn: ({ signal }) =>
      Promise.all(metrics.map((key) => loaderOf(workspace).load(FRAME, wanted, key, signal))),
    enabled: wanted.length > 0 && metrics.length > 0,
    placeholderData: (previous) => previous,
    gcTime: 30_000,
  });
  return useMemo(() => (data === undefined ? NO_SPARKS : sparksOf(data)), [data]);
}

function sparksOf(byMetric: readonly (readonly BinnedSeries[])[]): ReadonlyMap<string, RunSparks> {
  const sparks = new Map<string, Map<string, Spark>>();
  for (const series of byMetric) {
    const [lo, hi] = extentOf(series);
    for (const one of series) {
      const spark = sparkPath(one, lo, hi);
      if (spark === null) continue;
      const ofRun = sparks.get(one.run_id) ?? new Map<string, Spark>();
      sparks.set(one.run_id, ofRun.set(one.key, spark));
    }
  }
  return sparks;
}
