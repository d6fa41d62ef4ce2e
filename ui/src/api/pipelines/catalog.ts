import { queryOptions } from "@tanstack/react-query";
import { deleteJson, getJson, KFP, postForm, type Workspace } from "../client";
import { keys } from "../keys";
import type { Pipeline, PipelineVersion } from "./types";

const ROOT = `${KFP}/pipelines`;
/** The server gives no more at once. */
const PAGE_ROWS = 200;
const PAGES_MAX = 25;
const LATEST_FIRST = "created_at desc";

/** Every pipeline, the latest first. */
export function pipelinesQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: keys.pipelineCatalog(workspace),
    queryFn: ({ signal }) => allPages<Pipeline>(workspace, ROOT, "pipelines", signal),
  });
}

/** Every version of a pipeline, the latest first. */
export function pipelineVersionsQuery(workspace: Workspace, pipelineId: string) {
  return queryOptions({
    queryKey: keys.pipelineVersions(workspace, pipelineId),
    queryFn: ({ signal }) =>
      allPages<PipelineVersion>(workspace, `${pathOf(pipelineId)}/versions`, "pipeline_versions", signal),
  });
}

/** Makes a pipeline of a package, or a version of a pipeline that is there. */
export function uploadPackage(
  workspace: Workspace,
  file: File,
  name: string,
  pipelineId?: string,
): Promise<{ pipeline_id: string }> {
  const form = new FormData();
  form.append("uploadfile", file);
  return pipelineId === undefined
    ? postForm(workspace, `${ROOT}/upload`, form, { query: { name } })
    : postForm(workspace, `${ROOT}/upload_version`, form, { query: { name, pipelineid: pipelineId } });
}

/** Removes a pipeline with all of its versions. */
export function deletePipeline(workspace: Workspace, pipelineId: string): Promise<unknown> {
  return deleteJson(workspace, `${pathOf(pipelineId)}?cascade=true`);
}

export function deleteVersion(workspace: Workspace, pipelineId: string, versionId: string): Promise<unknown> {
  return deleteJson(workspace, `${pathOf(pipelineId)}/versions/${encodeURIComponent(versionId)}`);
}

async function allPages<T>(
  workspace: Workspace,
  path: string,
  field: string,
  signal: AbortSignal,
): Promise<T[]> {
  const found: T[] = [];
  let token = "";
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = { page_size: PAGE_ROWS, sort_by: LATEST_FIRST, page_token: token || undefined };
    const answer = await getJson<Record<string, unknown>>(workspace, path, { query, signal });
    found.push(...((answer[field] ?? []) as T[]));
    token = String(answer.next_page_token ?? "");
    if (token === "") break;
  }
  return found;
}

function pathOf(pipelineId: string): string {
  return `${ROOT}/${encodeURIComponent(pipelineId)}`;
}
