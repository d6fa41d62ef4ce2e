/** The shortest code that logs something here. Without an experiment it makes or takes one by name. */
export function firstRunCode(origin: string, experimentId?: string): string {
  const where =
    experimentId === undefined
      ? `mlflow.set_experiment("first-steps")`
      : `mlflow.set_experiment(experiment_id=${JSON.stringify(experimentId)})`;
  return [
    "import mlflow",
    `mlflow.set_tracking_uri(${JSON.stringify(origin)})`,
    where,
    `mlflow.log_metric("loss", 0.42)`,
  ].join("\n");
}
