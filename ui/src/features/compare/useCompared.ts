import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { runSearchQuery } from "@/api/runs";
import type { RunRow, RunSearch } from "@/api/types";
import { splitList } from "@/lib/listParam";
import { useQueryState } from "@/lib/queryState";
import { useWorkspace } from "@/lib/workspace";

/** More columns than this help nobody, and the server's window of a search ends at 1,000. */
export const COMPARED_MAX = 200;

export interface Compared {
  /** The ids in the URL, each once. */
  readonly ids: readonly string[];
  /** The runs that were found, in the order of the URL. */
  readonly runs: readonly RunRow[];
  readonly missing: readonly string[];
  /** How many runs of the URL are left out because there are too many. */
  readonly left: number;
  readonly loading: boolean;
  readonly error: unknown;
  retry(): void;
  /** Writes another set of runs into the URL. */
  setIds(ids: readonly string[]): void;
}

const NO_RUNS: readonly RunRow[] = [];

/** The runs named in the URL, of any experiment of the workspace. */
export function useCompared(): Compared {
  const workspace = useWorkspace();
  const [query, patchQuery] = useQueryState();
  const list = query.runs;
  const asked = useMemo(() => [...new Set(splitList(list).filter(isRunId))], [list]);
  const ids = useMemo(() => asked.slice(0, COMPARED_MAX), [asked]);
  const search = useMemo((): RunSearch => {
    const quoted = ids.map((id) => `'${id}'`).join(", ");
    return { experiment_ids: [], filter: `attributes.run_id IN (${quoted})`, view: "all", order_by: [] };
  }, [ids]);
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    ...runSearchQuery(workspace, search, 0, 1000),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });
  const found = data?.runs ?? NO_RUNS;
  const runs = useMemo(() => {
    const byId = new Map(found.map((run) => [run.run_id, run]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }, [ids, found]);
  const known = new Set(runs.map((run) => run.run_id));
  return {
    ids,
    runs,
    left: asked.length - ids.length,
    missing: data === undefined || isPlaceholderData ? [] : ids.filter((id) => !known.has(id)),
    loading: isPending && ids.length > 0,
    error: data === undefined ? error : null,
    retry: () => void refetch(),
    setIds: (next) => patchQuery({ runs: next.join(",") }),
  };
}

/** Ids go into a filter: anything that is none is left out. */
function isRunId(text: string): boolean {
  return /^[\w-]{1,64}$/.test(text);
}
