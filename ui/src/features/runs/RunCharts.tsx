import { useMemo } from "react";
import type { RunDetail } from "@/api/types";
import { ChartWall } from "@/charts/ChartWall";
import { useWallMetrics } from "@/charts/useWallMetrics";
import { Message } from "@/lib/Message";
import { useRunColors } from "@/lib/runColors";

/** Every curve of one run: its own metrics, or those of the machine it ran on. */
export default function RunCharts({ run, system }: { run: RunDetail; system: "only" | "none" }) {
  const ids = useMemo(() => [run.run_id], [run.run_id]);
  const styles = useRunColors(ids);
  const style = styles.get(run.run_id);
  const runs = useMemo(
    () => [{ runId: run.run_id, name: run.name, color: style?.color ?? "#888888", dash: [] }],
    [run.run_id, run.name, style],
  );
  const { metricKeys, singleKeys } = useWallMetrics(useMemo(() => [run], [run]));
  const hasSystem = metricKeys.some((key) => key.startsWith("system/"));
  if (system === "only" && !hasSystem) {
    return (
      <Message title="No system metrics">
        <p>The MLflow client records processor, memory and GPU use when it is asked to:</p>
        <p>
          <code>mlflow.enable_system_metrics_logging()</code>
        </p>
      </Message>
    );
  }
  return <ChartWall runs={runs} metricKeys={metricKeys} singleKeys={singleKeys} system={system} />;
}
