import { splitFolderPlace } from "./folderPlace";
import { splitModelPath } from "./modelPath";
import { splitTaskPath } from "./taskPath";

/** Python that fetches one file of a run, of a model it logged, or of an artifact of a task. */
export function artifactCode(origin: string, runId: string, path: string): string {
  const ofTask = splitTaskPath(path);
  if (ofTask !== null) return taskArtifactCode(origin, runId, ofTask);
  const folder = splitFolderPlace(runId);
  const what =
    folder !== null
      ? JSON.stringify(`mlflow-artifacts:/${folder}/${path}`)
      : splitModelPath(path) === null
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

function taskArtifactCode(
  origin: string,
  runId: string,
  file: NonNullable<ReturnType<typeof splitTaskPath>>,
) {
  const query = Object.entries({
    task: file.task,
    name: file.name,
    ...(file.number === 0 ? {} : { number: file.number }),
    ...(file.side === "outputs" ? {} : { side: file.side }),
    ...(file.inner === "" ? {} : { path: file.inner }),
  });
  const address = `${origin}/api/v1/pipeline-runs/${runId}/artifacts/content`;
  return [
    "from urllib.parse import urlencode",
    "from urllib.request import urlopen",
    "",
    `query = {${query.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(", ")}}`,
    `data = urlopen(${JSON.stringify(`${address}?`)} + urlencode(query)).read()`,
    "",
  ].join("\n");
}
