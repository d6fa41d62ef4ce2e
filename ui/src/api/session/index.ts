import { queryOptions } from "@tanstack/react-query";
import { getJson, NATIVE, type Workspace } from "../client";
import { keys } from "../keys";
import type { Session } from "../types";

/** Who is asking, the workspaces they may use, and the server's version. */
export function sessionQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: keys.session(workspace),
    queryFn: ({ signal }) => getJson<Session>(workspace, `${NATIVE}/session`, { signal }),
    staleTime: 60_000,
  });
}
