import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { runSearchQuery } from "@/api/runs";
import type { RunRow, RunSearch } from "@/api/types";
import { useWorkspace } from "@/lib/workspace";

export const PARENT_TAG = "mlflow.parentRunId";
/** Children shown under one parent; a sweep of more is a matter for a filter. */
export const CHILDREN_MAX = 200;

export interface Children {
  runs: RunRow[];
  total: number;
}

/** The children of the unfolded runs, by the parent's id, in the order of the table. */
export function useChildren(parents: readonly string[], search: RunSearch): ReadonlyMap<string, Children> {
  const workspace = useWorkspace();
  const key = parents.join(",");
  const ids = useMemo(() => (key === "" ? [] : key.split(",")), [key]);
  const answers = useQueries({
    queries: ids.map((id) =>
      runSearchQuery(workspace, { ...search, filter: childrenFilter(id) }, 0, CHILDREN_MAX),
    ),
    combine: (results) => results.map((result) => result.data),
  });
  return useMemo(() => {
    const found = new Map<string, Children>();
    ids.forEach((id, at) => {
      const page = answers[at];
      if (page !== undefined) found.set(id, { runs: page.runs, total: page.total });
    });
    return found;
  }, [ids, answers]);
}

export function childrenFilter(runId: string): string {
  return `tags.\`${PARENT_TAG}\` = '${runId}'`;
}

/** Runs without a parent. */
export const TOP_LEVEL_FILTER = `tags.\`${PARENT_TAG}\` IS NULL`;
