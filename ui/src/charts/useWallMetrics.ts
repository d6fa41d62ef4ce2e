import { useMemo } from "react";
import type { RunRow } from "@/api/types";
import { useStable } from "@/lib/useStable";
import { metricsOf } from "./logic/wallMetrics";

/** The metrics of runs for a `ChartWall`. Values change every second while a run logs, these only when a key is new. */
export function useWallMetrics(runs: readonly Pick<RunRow, "metrics">[]): {
  metricKeys: readonly string[];
  singleKeys: ReadonlySet<string>;
} {
  const found = useMemo(() => metricsOf(runs), [runs]);
  const metricKeys = useStable(found.keys);
  const singles = useStable([...found.singles]);
  return { metricKeys, singleKeys: useMemo(() => new Set(singles), [singles]) };
}
