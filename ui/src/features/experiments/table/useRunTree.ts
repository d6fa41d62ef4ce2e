import { useQueries } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { runSearchQuery } from "@/api/runs";
import type { RunRow, RunSearch, RunSearchPage } from "@/api/types";
import { useWorkspace } from "@/lib/workspace";
import { emptyMemory, type Memory, remember, rowIn, type TableRow, treeOf, WINDOW } from "./runTree";
import { type Branch, parseKey, rowsOf, TOP } from "./treeLayout";

export { WINDOW } from "./runTree";

export interface RunTree {
  top: Branch;
  /** Rows on the screen, those of unfolded runs included. */
  count: number;
  rowAt: (row: number) => TableRow;
  /** The loaded runs. */
  loaded: readonly RunRow[];
  error: unknown;
  /** True while what is shown answers an earlier search, or one for other columns. */
  outdated: boolean;
}

/**
 * The runs of a search with the children of unfolded runs under them. Only the windows named in `needed` are fetched.
 * While a new search is under way, or when it failed, the rows of the search before stay.
 */
export function useRunTree(
  search: RunSearch,
  ready: boolean,
  expanded: readonly string[],
  needed: readonly string[],
): RunTree {
  const workspace = useWorkspace();
  const question = questionOf(search);
  const { pages, error } = useQueries({
    queries: needed.map((key) => {
      const { branchId, window } = parseKey(key);
      const query = runSearchQuery(workspace, branchSearch(search, branchId), window * WINDOW, WINDOW);
      return { ...query, enabled: ready };
    }),
    combine: collect,
  });
  const memory = useRef<Memory>(emptyMemory(question));
  return useMemo(() => {
    const arrived = pages.some((page) => page !== null);
    const known = memory.current.question === question ? memory.current : emptyMemory(question);
    if (arrived) memory.current = remember(known, needed, pages);
    const shown = memory.current;
    const top = treeOf(shown, expanded);
    return {
      top,
      count: rowsOf(top),
      rowAt: (row) => rowIn(top, shown.pages, row),
      loaded: [...shown.pages.values()].flatMap((page) => page.runs),
      error,
      outdated: error === null && shown.pages.size > 0 && pages.every((page) => page === null),
    };
  }, [pages, error, needed, question, expanded]);
}

/** What makes it another list of runs; other columns do not. */
export function questionOf({ columns: _, ...search }: RunSearch): string {
  return JSON.stringify(search);
}

function branchSearch(search: RunSearch, branchId: string): RunSearch {
  if (branchId === TOP) return search;
  return { ...search, filter: `tags.\`mlflow.parentRunId\` = '${branchId}'`, roots: false };
}

function collect(results: readonly { data: RunSearchPage | undefined; error: unknown }[]) {
  return {
    pages: results.map(({ data }) => data ?? null),
    error: results.find((result) => result.error !== null)?.error ?? null,
  };
}
