import { useMemo } from "react";
import type { RunRow } from "@/api/types";
import { ChartWall } from "@/charts/ChartWall";
import type { LineStyle } from "@/design/lineStyle";

interface CurvesViewProps {
  runs: readonly RunRow[];
  styles: ReadonlyMap<string, LineStyle>;
}

/** Every curve of the compared runs. */
export default function CurvesView({ runs, styles }: CurvesViewProps) {
  const lines = useMemo(
    () =>
      runs.map((run) => {
        const style = styles.get(run.run_id);
        return { runId: run.run_id, name: run.name, color: style?.color ?? "", dash: style?.dash ?? [] };
      }),
    [runs, styles],
  );
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))].sort().join("\n");
  const metricKeys = useMemo(() => (names === "" ? [] : names.split("\n")), [names]);
  return <ChartWall runs={lines} metricKeys={metricKeys} />;
}
