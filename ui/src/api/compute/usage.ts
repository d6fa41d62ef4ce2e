import { queryOptions } from "@tanstack/react-query";
import { getJson, type Workspace } from "../client";
import type { components } from "../generated";
import { keys } from "../keys";
import { pathOf } from "./jobs";

type Wire = components["schemas"];

export type Measure = "cpu" | "memory" | "gpu" | "gpu_memory" | "read" | "written" | "received" | "sent";

export interface UsageCurve extends Omit<Wire["UsageCurve"], "measure"> {
  measure: Measure;
}

export interface JobUse extends Omit<Wire["UsageAnswer"], "curves"> {
  curves: UsageCurve[];
}

/** Bins of a curve: as many as a chart has pixels, about. */
const POINTS = 400;
const LOOK_MS = 4_000;

/** What a process uses or used. With `live` it is asked for again and again. */
export function jobUseQuery(workspace: Workspace, id: string, attempt: number, rank: number, live: boolean) {
  return queryOptions({
    queryKey: keys.jobUse(workspace, id, attempt, rank),
    queryFn: ({ signal }) =>
      getJson<JobUse>(workspace, `${pathOf(id)}/usage`, {
        query: { ...(attempt === 0 ? {} : { attempt }), rank, points: POINTS },
        signal,
      }),
    refetchInterval: live ? LOOK_MS : false,
  });
}
