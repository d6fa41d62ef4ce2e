import { queryOptions } from "@tanstack/react-query";
import { getJson, MLFLOW, NATIVE, type QueryValue, type Workspace, withQuery } from "../client";
import { keys } from "../keys";
import type { ArtifactFile, ArtifactListing } from "../types";

/** All entries of one folder of a run's artifacts; `path` is "" at the top. */
export function artifactListQuery(workspace: Workspace, runId: string, path: string) {
  return queryOptions({
    queryKey: keys.artifactList(workspace, runId, path),
    queryFn: ({ signal }) => listFolder(workspace, runId, path, signal),
  });
}

/** Where the bytes of an artifact are. A link cannot carry a header, so the workspace goes into the query. */
export function artifactUrl(workspace: Workspace, runId: string, path: string, download = false): string {
  const query: Record<string, QueryValue> = { path, workspace };
  if (download) query.download = 1;
  return withQuery(`${NATIVE}/runs/${encodeURIComponent(runId)}/artifacts/content`, query);
}

async function listFolder(
  workspace: Workspace,
  runId: string,
  path: string,
  signal: AbortSignal,
): Promise<{ root_uri: string; files: ArtifactFile[] }> {
  const files: ArtifactFile[] = [];
  let page_token: string | undefined;
  for (;;) {
    const listing = await getJson<ArtifactListing>(workspace, `${MLFLOW}/artifacts/list`, {
      query: { run_id: runId, path: path === "" ? undefined : path, page_token },
      signal,
    });
    files.push(...(listing.files ?? []));
    page_token = listing.next_page_token;
    if (page_token === undefined || page_token === "") return { root_uri: listing.root_uri, files };
  }
}
