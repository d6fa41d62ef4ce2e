import { useSyncExternalStore } from "react";

/** live: events arrive; polling: no events, but the server answers; offline: nothing answers. */
export type Connection = "connecting" | "live" | "polling" | "offline";

const listeners = new Set<() => void>();
let current: Connection = "connecting";

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, () => current);
}

export function setConnection(next: Connection): void {
  if (next === current) return;
  current = next;
  for (const listener of listeners) listener();
}

export function connectionNow(): Connection {
  return current;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
