import { useSyncExternalStore } from "react";
import type { PaletteName } from "@/design/tokens";

/** What a person chose for this browser. Everything about a view itself is in the URL instead. */
export interface Preferences {
  palette: PaletteName;
  /** Share of the width given to the run table, 0..1. */
  split: number;
}

const DEFAULTS: Preferences = { palette: "tide", split: 0.5 };
const STORAGE_KEY = "tidemill.preferences";

const listeners = new Set<() => void>();
let current = load();

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, snapshot);
}

export function setPreferences(patch: Partial<Preferences>): void {
  current = { ...current, ...patch };
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing still shows the choice until the page is closed.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function snapshot(): Preferences {
  return current;
}

function load(): Preferences {
  try {
    return { ...DEFAULTS, ...readable(JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}")) };
  } catch {
    return DEFAULTS;
  }
}

function readable(stored: unknown): Partial<Preferences> {
  if (typeof stored !== "object" || stored === null) return {};
  const { palette, split } = stored as Record<string, unknown>;
  const found: Partial<Preferences> = {};
  if (palette === "tide" || palette === "ember") found.palette = palette;
  if (typeof split === "number" && split > 0 && split < 1) found.split = split;
  return found;
}
