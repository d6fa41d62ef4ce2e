import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { NATIVE, postJson, type Workspace } from "@/api/client";
import { keys } from "@/api/keys";
import type { BinsResponse, XAxis } from "@/api/types";
import { useWorkspace } from "@/lib/workspace";
import { type ChartRun, type Curve, toCurves } from "../logic/curves";
import { revisionOf } from "./revisions";
import { type Frame, SeriesLoader } from "./seriesLoader";

export interface CurvesState {
  readonly curves: readonly Curve[];
  /** What their x axis counts: the one before, until curves over the one asked for are there. */
  readonly x: XAxis;
  /** True until the first answer. */
  readonly loading: boolean;
  /** True while the curves shown belong to another zoom or set of runs. */
  readonly updating: boolean;
  readonly error: unknown;
  retry(): void;
}

/** The curves of one metric. While new ones load, the ones before stay, so that nothing flickers. */
export function useCurves(
  metric: string,
  runs: readonly ChartRun[],
  frame: Frame,
  enabled: boolean,
): CurvesState {
  const workspace = useWorkspace();
  const runIds = useMemo(() => runs.map((run) => run.runId), [runs]);
  const request = { ...frame, run_ids: runIds, keys: [metric] };
  const query = useQuery({
    queryKey: keys.bins(workspace, request),
    queryFn: async ({ signal }) => ({
      x: frame.x,
      series: await loaderOf(workspace).load(frame, runIds, metric, signal),
    }),
    enabled: enabled && runIds.length > 0,
    placeholderData: (previous) => previous,
    // The loader remembers curves; a second copy per set of runs would only take memory.
    gcTime: 30_000,
  });
  const { data } = query;
  const curves = useMemo(() => (data === undefined ? [] : toCurves(data.series, runs)), [data, runs]);
  return {
    curves,
    x: data?.x ?? frame.x,
    loading: query.isPending && runIds.length > 0,
    updating: query.isPlaceholderData,
    error: query.error,
    retry: () => void query.refetch(),
  };
}

const loaders = new Map<Workspace, SeriesLoader>();

/** The one loader of a workspace, so that no curve is fetched twice. */
export function loaderOf(workspace: Workspace): SeriesLoader {
  const known = loaders.get(workspace);
  if (known !== undefined) return known;
  const loader = new SeriesLoader({
    send: (request, signal) =>
      postJson<BinsResponse>(workspace, `${NATIVE}/metrics/bins`, request, { signal }),
    revisionOf,
  });
  loaders.set(workspace, loader);
  return loader;
}
