import { queryOptions } from "@tanstack/react-query";
import { artifactListQuery, artifactUrl } from "@/api/artifacts";
import { getJson, MLFLOW, type QueryValue, type Workspace, withQuery } from "@/api/client";
import { keys } from "@/api/keys";
import { taskArtifactFolder, taskArtifactUrl } from "@/api/pipelines/artifacts";
import type { ArtifactFile, ArtifactListing } from "@/api/types";
import { splitFolderPlace } from "./logic/folderPlace";
import { splitModelPath } from "./logic/modelPath";
import { splitTaskPath, taskArtifactPath } from "./logic/taskPath";

/**
 * The files of a run come from two places: its own artifacts, and the models it logged. Paths of the second
 * kind begin with `models:/<id>`, which is also what MLflow's clients call them. Those of a pipeline run are in the
 * artifacts of its tasks, whose paths begin with `tasks:/`. Those of a version of a model lie in a folder of the
 * store, which stands in the place of the run (`logic/folderPlace`).
 */

const STORE = "/ajax-api/2.0/mlflow-artifacts/artifacts";

/** All entries of one folder; `path` is "" for the run's own top. */
export function folderQuery(workspace: Workspace, runId: string, path: string) {
  const ofTask = splitTaskPath(path);
  if (ofTask !== null)
    return queryOptions({
      queryKey: keys.artifactList(workspace, runId, path),
      queryFn: ({ signal }) =>
        taskArtifactFolder(workspace, runId, ofTask, taskArtifactPath(ofTask), ofTask.inner, signal),
    });
  const top = splitFolderPlace(runId);
  if (top !== null)
    return queryOptions({
      queryKey: keys.artifactList(workspace, runId, path),
      queryFn: ({ signal }) => storeFolder(workspace, top, path, signal),
    });
  const model = splitModelPath(path);
  if (model === null) return artifactListQuery(workspace, runId, path);
  return queryOptions({
    queryKey: keys.artifactList(workspace, runId, path),
    queryFn: ({ signal }) => modelFolder(workspace, model.id, model.inner, signal),
  });
}

/** Where the bytes of a file are. */
export function fileUrl(workspace: Workspace, runId: string, path: string, download = false): string {
  const ofTask = splitTaskPath(path);
  if (ofTask !== null) return taskArtifactUrl(workspace, runId, ofTask, ofTask.inner, download);
  const top = splitFolderPlace(runId);
  if (top !== null) return withQuery(`${STORE}/${encoded(`${top}/${path}`)}`, { workspace });
  const model = splitModelPath(path);
  if (model === null) return artifactUrl(workspace, runId, path, download);
  const query: Record<string, QueryValue> = { artifact_file_path: model.inner, workspace };
  return withQuery(`${MLFLOW}/logged-models/${encodeURIComponent(model.id)}/artifacts/files`, query);
}

async function storeFolder(workspace: Workspace, top: string, inner: string, signal: AbortSignal) {
  const path = inner === "" ? top : `${top}/${inner}`;
  const listing = await getJson<Partial<ArtifactListing>>(workspace, STORE, { query: { path }, signal });
  const below = inner === "" ? "" : `${inner}/`;
  const files = (listing.files ?? []).map((file) => ({ ...file, path: below + file.path }));
  return { root_uri: `mlflow-artifacts:/${top}`, files };
}

function encoded(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

async function modelFolder(
  workspace: Workspace,
  modelId: string,
  inner: string,
  signal: AbortSignal,
): Promise<{ root_uri: string; files: ArtifactFile[] }> {
  const files: ArtifactFile[] = [];
  let page_token: string | undefined;
  for (;;) {
    const listing = await getJson<ArtifactListing>(
      workspace,
      `${MLFLOW}/logged-models/${encodeURIComponent(modelId)}/artifacts/directories`,
      { query: { artifact_directory_path: inner === "" ? undefined : inner, page_token }, signal },
    );
    for (const file of listing.files ?? []) files.push({ ...file, path: `models:/${modelId}/${file.path}` });
    page_token = listing.next_page_token;
    if (page_token === undefined || page_token === "") return { root_uri: listing.root_uri, files };
  }
}
