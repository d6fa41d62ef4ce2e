import type { RunDetail } from "@/api/types";

/** Python that reads this run with the MLflow client. */
export function runSnippet(origin: string, run: RunDetail): string {
  const metric = Object.keys(run.metrics).sort()[0];
  const lines = [
    "import mlflow",
    "",
    `mlflow.set_tracking_uri(${quoted(origin)})`,
    `run = mlflow.get_run(${quoted(run.run_id)})`,
    "print(run.data.params, run.data.metrics)",
  ];
  if (metric !== undefined) {
    lines.push(`history = mlflow.MlflowClient().get_metric_history(run.info.run_id, ${quoted(metric)})`);
  }
  lines.push("files = mlflow.artifacts.download_artifacts(run_id=run.info.run_id)");
  return `${lines.join("\n")}\n`;
}

/** A Python string; JSON's escapes are a part of Python's. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
