import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { VersionRow } from "@/api/registry/types";
import { runSearchQuery } from "@/api/runs";
import type { RunRow } from "@/api/types";
import { useWorkspace } from "@/lib/workspace";

/** The runs that versions were made of, by id, with what they measured; deleted ones too. */
export function useVersionRuns(versions: readonly VersionRow[]): ReadonlyMap<string, RunRow> {
  const workspace = useWorkspace();
  const ids = [...new Set(versions.map((version) => version.run_id))].filter((id) => id !== "").sort();
  const search = {
    experiment_ids: [],
    filter: `attributes.run_id IN (${ids.map((id) => `'${id}'`).join(", ")})`,
    view: "all" as const,
    order_by: [],
  };
  const { data } = useQuery({
    ...runSearchQuery(workspace, search, 0, Math.max(1, ids.length)),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });
  return useMemo(() => new Map((data?.runs ?? []).map((run) => [run.run_id, run])), [data]);
}
