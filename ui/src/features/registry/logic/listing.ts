import type { ModelListing, ModelSort } from "@/api/registry/types";
import type { QueryPatch, QueryState } from "@/lib/queryState";
import type { TableSort } from "@/lib/VirtualTable";

const SORTS: readonly ModelSort[] = ["updated", "name", "created", "versions"];

/** What takes every filter out of the URL. */
export const NO_FILTER: QueryPatch = { search: "", owner: "", tag: "", alias: "", stage: "" };

/** Which models the URL asks for; what it says that is unknown is left out. */
export function readListing(query: QueryState): ModelListing {
  const descends = query.sort?.startsWith("-") ?? false;
  const sort = SORTS.find((one) => one === (descends ? query.sort?.slice(1) : query.sort));
  return {
    kind: query.kind === "prompt" ? "prompt" : "model",
    search: query.search ?? "",
    owner: query.owner ?? "",
    tag: query.tag ?? "",
    alias: query.alias ?? "",
    stage: query.stage ?? "",
    sort: sort ?? "updated",
    descending: sort === undefined ? true : descends,
  };
}

/** The URL's words for an order. */
export function writeSort({ id, descending }: TableSort): QueryPatch {
  return { sort: `${descending ? "-" : ""}${id}` };
}

/** Whether it leaves anything out. */
export function isFiltered({ search, owner, tag, alias, stage }: ModelListing): boolean {
  return [search, owner, tag, alias, stage].some((each) => each !== "");
}
