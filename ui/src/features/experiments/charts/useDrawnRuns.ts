import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { NAMES_ONLY, runSearchQuery } from "@/api/runs";
import type { RunRow, RunSearch } from "@/api/types";
import type { ChartRun } from "@/charts/logic/curves";
import type { LineStyle } from "@/design/lineStyle";
import { useRunColors } from "@/lib/runColors";
import { useWorkspace } from "@/lib/workspace";
import { WINDOW } from "../table/useRunTree";
import type { ViewState } from "../view/viewState";
import { drawnRuns } from "./drawn";

export interface Drawn {
  /** The ids at the top of the table, hidden ones included. */
  topIds: readonly string[];
  runs: readonly ChartRun[];
  lines: ReadonlyMap<string, LineStyle>;
  /** How many runs the search has; null before the first answer. */
  total: number | null;
}

/** The runs whose curves are drawn: the first of the search, as the person changed them. */
export function useDrawnRuns(search: RunSearch, ready: boolean, view: ViewState): Drawn {
  const workspace = useWorkspace();
  // At most a window: the very request of the table's first rows, so it costs nothing.
  const limit = Math.max(WINDOW, view.top);
  const first = useQuery({
    ...runSearchQuery(workspace, search, 0, limit),
    enabled: ready && view.top > 0,
    placeholderData: keepPreviousData,
  });
  const picked = useQuery({
    ...runSearchQuery(workspace, pickedSearch(search, view.shown), 0, WINDOW),
    enabled: view.shown.length > 0,
    placeholderData: keepPreviousData,
  });
  const topRuns = useMemo(() => (first.data?.runs ?? NONE).slice(0, view.top), [first.data, view.top]);
  const topIds = useMemo(() => topRuns.map((run) => run.run_id), [topRuns]);

  const rows = useMemo(() => {
    const known = new Map([...topRuns, ...(picked.data?.runs ?? NONE)].map((run) => [run.run_id, run]));
    return drawnRuns(topIds, view).flatMap((id) => known.get(id) ?? []);
  }, [topRuns, topIds, picked.data, view]);
  const lines = useRunColors(useMemo(() => rows.map((run) => run.run_id), [rows]));
  const runs = useMemo(() => toChartRuns(rows, lines), [rows, lines]);
  return { topIds, runs, lines, total: first.data?.total ?? null };
}

const NONE: readonly RunRow[] = [];

function pickedSearch(search: RunSearch, runIds: readonly string[]): RunSearch {
  const ids = runIds.slice(0, WINDOW).filter((id) => /^[\w-]+$/.test(id));
  const filter = `attributes.run_id IN (${ids.map((id) => `'${id}'`).join(",")})`;
  return { experiment_ids: search.experiment_ids, filter, view: "all", order_by: [], columns: NAMES_ONLY };
}

function toChartRuns(rows: readonly RunRow[], lines: ReadonlyMap<string, LineStyle>): ChartRun[] {
  return rows.flatMap((run) => {
    const line = lines.get(run.run_id);
    return line === undefined
      ? []
      : { runId: run.run_id, name: run.name, color: line.color, dash: line.dash };
  });
}
