import { queryOptions } from "@tanstack/react-query";
import { NATIVE, postJson, type Workspace } from "../client";
import { keys } from "../keys";
import type { BinsRequest, BinsResponse } from "../types";

/** Curves reduced on the server to at most `buckets` points each, with the extremes of every bucket kept. */
export function binsQuery(workspace: Workspace, request: BinsRequest) {
  return queryOptions({
    queryKey: keys.bins(workspace, request),
    queryFn: ({ signal }) => postJson<BinsResponse>(workspace, `${NATIVE}/metrics/bins`, request, { signal }),
    enabled: request.run_ids.length > 0 && request.keys.length > 0,
    placeholderData: (previous) => previous,
  });
}
