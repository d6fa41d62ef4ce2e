import { useQueries } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { runSearchQuery } from "@/api/runs";
import type { RunRow, RunSearch, RunSearchPage } from "@/api/types";
import { useWorkspace } from "@/lib/workspace";

/** Rows fetched at once. A run can carry hundreds of values, so this stays small. */
export const WINDOW = 100;

export interface RunWindows {
  /** How many runs match; null before the first answer. */
  total: number | null;
  rowAt: (index: number) => RunRow | undefined;
  /** The index of every loaded run, by its id. */
  places: ReadonlyMap<string, number>;
  /** The loaded rows, in order. */
  loaded: readonly RunRow[];
  error: unknown;
  /** True while what is shown answers an earlier search. */
  outdated: boolean;
}

/**
 * The rows of a search, of which only the windows named are fetched. While a new search is under way, or when it
 * failed, the rows of the search before stay.
 */
export function useRunWindows(search: RunSearch, windows: readonly number[]): RunWindows {
  const workspace = useWorkspace();
  const pages = useQueries({
    queries: windows.map((window) => runSearchQuery(workspace, search, window * WINDOW, WINDOW)),
    combine: combinePages,
  });
  const lastGood = useRef<Pages | null>(null);
  if (pages.byOffset.size > 0) lastGood.current = pages;
  const shown = lastGood.current;
  const outdated = pages.byOffset.size === 0 && pages.error === null;

  return useMemo(() => {
    const loaded = [...(shown?.byOffset ?? [])].sort(([a], [b]) => a - b);
    const placed = loaded.flatMap(([offset, runs]) =>
      runs.map((run, at) => [run.run_id, offset + at] as const),
    );
    return {
      total: shown?.total ?? null,
      rowAt: (index) => {
        const offset = Math.floor(index / WINDOW) * WINDOW;
        return shown?.byOffset.get(offset)?.[index - offset];
      },
      places: new Map(placed),
      loaded: loaded.flatMap(([, runs]) => runs),
      error: pages.error,
      outdated,
    };
  }, [shown, pages.error, outdated]);
}

interface Pages {
  total: number;
  byOffset: Map<number, RunRow[]>;
  error: unknown;
}

function combinePages(results: readonly { data: RunSearchPage | undefined; error: unknown }[]): Pages {
  const loaded = results.flatMap(({ data }) => data ?? []);
  return {
    // Windows may be of different moments; the largest total keeps every row reachable.
    total: Math.max(0, ...loaded.map((page) => page.total)),
    byOffset: new Map(loaded.map((page) => [page.offset, page.runs])),
    error: results.find((result) => result.error !== null)?.error ?? null,
  };
}
