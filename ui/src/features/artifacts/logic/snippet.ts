/** Python that reads one artifact of a run. */
export function artifactCode(origin: string, runId: string, path: string): string {
  return [
    "import mlflow",
    "",
    `mlflow.set_tracking_uri(${JSON.stringify(origin)})`,
    `path = mlflow.artifacts.download_artifacts(run_id=${JSON.stringify(runId)}, artifact_path=${JSON.stringify(path)})`,
    "",
  ].join("\n");
}
