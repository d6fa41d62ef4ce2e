import type { JobKind, JobListing, JobSort, JobState } from "@/api/compute/types";
import { KINDS, STATES } from "@/lib/compute/states";
import { splitList } from "@/lib/listParam";
import type { QueryPatch, QueryState } from "@/lib/queryState";
import type { TableSort } from "@/lib/VirtualTable";

const SORTS: readonly JobSort[] = ["created", "name", "priority", "queue"];

/** Which jobs the URL asks for; what it says that is unknown is left out. */
export function readListing(query: QueryState): JobListing {
  const descends = query.sort?.startsWith("-") ?? false;
  const sort = SORTS.find((one) => one === (descends ? query.sort?.slice(1) : query.sort));
  const state = known(query.state, STATES);
  // Who waits stands in line.
  const usual: JobSort = state.length === 1 && state[0] === "queued" ? "queue" : "created";
  return {
    state,
    kind: known(query.kind, KINDS),
    owner: query.owner ?? "",
    group: query.group ?? "",
    search: query.search ?? "",
    sort: sort ?? usual,
    descending: sort === undefined ? true : descends,
  };
}

/** The URL's words for an order. */
export function writeSort({ id, descending }: TableSort): QueryPatch {
  return { sort: `${descending ? "-" : ""}${id}` };
}

/** The states after one of them was switched. */
export function toggled(states: readonly JobState[], state: JobState): JobState[] {
  const next = new Set(states);
  if (!next.delete(state)) next.add(state);
  return STATES.filter((one) => next.has(one));
}

/** Whether it leaves anything out. */
export function isFiltered(listing: JobListing): boolean {
  const { state, kind, owner, group, search } = listing;
  return state.length > 0 || kind.length > 0 || owner !== "" || group !== "" || search !== "";
}

function known<T extends JobState | JobKind>(text: string | undefined, all: readonly T[]): T[] {
  const told = new Set<string>(splitList(text));
  return all.filter((one) => told.has(one));
}
