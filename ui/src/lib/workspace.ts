import { useParams } from "@tanstack/react-router";
import type { Workspace } from "@/api/client";

export const DEFAULT_WORKSPACE = "default";

/** The workspace named in the URL. */
export function useWorkspace(): Workspace {
  const params = useParams({ strict: false }) as { workspace?: string };
  return params.workspace ?? DEFAULT_WORKSPACE;
}
