import { splitModelPath } from "./modelPath";

/** Python that fetches one file of a run or of a model it logged. */
export function artifactCode(origin: string, runId: string, path: string): string {
  const what =
    splitModelPath(path) === null
      ? `run_id=${JSON.stringify(runId)}, artifact_path=${JSON.stringify(path)}`
      : JSON.stringify(path);
  return [
    "import mlflow",
    "",
    `mlflow.set_tracking_uri(${JSON.stringify(origin)})`,
    `path = mlflow.artifacts.download_artifacts(${what})`,
    "",
  ].join("\n");
}
