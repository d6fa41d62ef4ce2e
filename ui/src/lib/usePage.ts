import { useEffect, useSyncExternalStore } from "react";
import type { Target } from "./paths";

export interface Crumb {
  label: string;
  /** Absent for the page one is on. */
  page?: Target;
}

const NAME = "Tidemill";
const listeners = new Set<() => void>();
let crumbs: readonly Crumb[] = [];

/** Names the page: the window's title, and the trail in the header. Called once by every page. */
export function usePage(trail: readonly Crumb[]): void {
  const key = JSON.stringify(trail);
  useEffect(() => {
    crumbs = JSON.parse(key) as Crumb[];
    document.title = titleOf(crumbs);
    for (const listener of listeners) listener();
  }, [key]);
}

export function useCrumbs(): readonly Crumb[] {
  return useSyncExternalStore(subscribe, () => crumbs);
}

/** Narrowest first, as tabs are cut on the right: "adam-3 · mnist-sweep · Tidemill". */
export function titleOf(trail: readonly Crumb[]): string {
  const labels = trail.map((crumb) => crumb.label).reverse();
  return [...labels, NAME].join(" · ");
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
