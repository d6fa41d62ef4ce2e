import { queryOptions } from "@tanstack/react-query";
import { getJson, NATIVE, type Workspace } from "../client";
import { keys } from "../keys";
import type { Home } from "../types";

/** How often the machine strip moves when nothing else changes. */
const MACHINE_INTERVAL_MS = 10_000;

export function homeQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: keys.home(workspace),
    queryFn: ({ signal }) => getJson<Home>(workspace, `${NATIVE}/home`, { signal }),
    refetchInterval: MACHINE_INTERVAL_MS,
  });
}
