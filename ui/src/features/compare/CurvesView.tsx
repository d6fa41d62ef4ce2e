import type { RunRow } from "@/api/types";
import { ChartWall } from "@/charts/ChartWall";
import { useWallMetrics } from "@/charts/useWallMetrics";
import type { LineStyle } from "@/design/lineStyle";
import { useStable } from "@/lib/useStable";

interface CurvesViewProps {
  runs: readonly RunRow[];
  styles: ReadonlyMap<string, LineStyle>;
}

/** Every curve of the compared runs. */
export default function CurvesView({ runs, styles }: CurvesViewProps) {
  const lines = useStable(
    runs.map((run) => {
      const style = styles.get(run.run_id);
      return { runId: run.run_id, name: run.name, color: style?.color ?? "", dash: style?.dash ?? [] };
    }),
  );
  return <ChartWall runs={lines} {...useWallMetrics(runs)} />;
}
