import { getJson, NATIVE, type Workspace, withQuery } from "../client";
import type { ArtifactFile } from "../types";

/** Which artifact of a task is meant. */
export interface TaskArtifactAddress {
  readonly side: "inputs" | "outputs";
  readonly task: string;
  readonly name: string;
  readonly number: number;
}

interface Lines {
  files: { path: string; is_dir: boolean; file_size: number | null }[];
  next: string;
}

/** All entries of a folder of a task's artifact; their paths begin with `top`. */
export async function taskArtifactFolder(
  workspace: Workspace,
  runId: string,
  address: TaskArtifactAddress,
  top: string,
  path: string,
  signal: AbortSignal,
): Promise<{ root_uri: string; files: ArtifactFile[] }> {
  const files: ArtifactFile[] = [];
  let after: string | undefined;
  for (;;) {
    const query = { ...wanted(address, path), after };
    const lines = await getJson<Lines>(workspace, pathOf(runId), { query, signal });
    for (const { file_size, ...file } of lines.files)
      files.push({ ...file, path: `${top}/${file.path}`, ...(file_size === null ? {} : { file_size }) });
    if (lines.next === "") return { root_uri: "", files };
    after = lines.next;
  }
}

/** Where the bytes of a file of a task's artifact are. A link carries no header: the workspace is in the query. */
export function taskArtifactUrl(
  workspace: Workspace,
  runId: string,
  address: TaskArtifactAddress,
  path: string,
  download = false,
): string {
  const query = { ...wanted(address, path), workspace, download: download ? 1 : undefined };
  return withQuery(`${pathOf(runId)}/content`, query);
}

function wanted({ side, task, name, number }: TaskArtifactAddress, path: string) {
  return {
    task,
    name,
    number: number || undefined,
    side: side === "outputs" ? undefined : side,
    path: path || undefined,
  };
}

function pathOf(runId: string): string {
  return `${NATIVE}/pipeline-runs/${encodeURIComponent(runId)}/artifacts`;
}
