import type { ExperimentListParams, ExperimentSort } from "@/api/types";
import type { QueryPatch, QueryState } from "@/lib/queryState";

const SORTS: readonly ExperimentSort[] = ["updated", "created", "name", "runs"];
const DEFAULT_SORT: ExperimentSort = "updated";

/** What the list of experiments looks like, from the URL. */
export function readList(query: QueryState): ExperimentListParams {
  const descends = query.sort?.startsWith("-") ?? false;
  const name = descends ? query.sort?.slice(1) : query.sort;
  const sort = SORTS.find((one) => one === name);
  return {
    view: query.view === "deleted" ? "deleted" : "active",
    search: query.search ?? "",
    sort: sort ?? DEFAULT_SORT,
    descending: sort === undefined ? descendsFirst(DEFAULT_SORT) : descends,
  };
}

/** The URL's keys for a change of the list; defaults leave no trace. `sort` and `descending` go together. */
export function writeList(change: Partial<ExperimentListParams>): QueryPatch {
  const patch: QueryPatch = {};
  if (change.view !== undefined) patch.view = change.view === "active" ? undefined : change.view;
  if (change.search !== undefined) patch.search = change.search.trim();
  if (change.sort !== undefined) {
    const text = `${change.descending === true ? "-" : ""}${change.sort}`;
    patch.sort = text === `-${DEFAULT_SORT}` ? undefined : text;
  }
  return patch;
}

/** Names go from A to Z at first; everything else has the latest or the most on top. */
export function descendsFirst(sort: ExperimentSort): boolean {
  return sort !== "name";
}
