import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { getJson, NATIVE, type Workspace, withQuery } from "../client";
import { keys } from "../keys";
import type { ChangeEvent } from "../types";
import { connectionNow, setConnection } from "./connection";
import { staleAfter } from "./stale";

export { type Connection, useConnection } from "./connection";

/** Told of every batch of changes, before queries refresh; an empty batch means that anything may have changed. */
export type ChangesListener = (changes: readonly ChangeEvent[]) => void;

const changesListeners = new Set<ChangesListener>();

/** Calls `listener` with every batch of changes until the returned function is called. */
export function onChanges(listener: ChangesListener): () => void {
  changesListeners.add(listener);
  return () => changesListeners.delete(listener);
}

/** Changes are gathered for this long, so that a busy experiment refreshes twice a second at most. */
const GATHER_MS = 500;
const POLL_MS = 5_000;

/** Keeps every cached answer of the workspace fresh: by server-sent events, or by polling while there are none. */
export function useLiveUpdates(workspace: Workspace): void {
  const client = useQueryClient();
  useEffect(() => {
    const stopEvents = listen(client, workspace);
    const poll = setInterval(() => void pollOnce(client, workspace), POLL_MS);
    return () => {
      stopEvents();
      clearInterval(poll);
    };
  }, [client, workspace]);
}

function listen(client: QueryClient, workspace: Workspace): () => void {
  let pending: ChangeEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    const stale = staleAfter(workspace, pending);
    announce(pending);
    pending = [];
    timer = undefined;
    void client.invalidateQueries({ predicate: (query) => stale(query.queryKey) });
  };
  const onChange = (event: MessageEvent<string>) => {
    const change = readChange(event.data);
    if (change === null) return;
    pending.push(change);
    timer ??= setTimeout(flush, GATHER_MS);
  };

  let source: EventSource;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    // An EventSource cannot send the workspace as a header.
    source = new EventSource(withQuery(`${NATIVE}/events`, { workspace }));
    source.addEventListener("change", onChange as EventListener);
    source.onopen = () => {
      const before = connectionNow();
      setConnection("live");
      // Whatever happened while nobody listened is unknown.
      if (before !== "connecting") refreshAll(client, workspace);
    };
    source.onerror = () => {
      if (connectionNow() !== "offline") setConnection("polling");
      // A refused stream is closed for good; a broken one reconnects by itself.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, POLL_MS);
    };
  };
  connect();
  return () => {
    source.close();
    clearTimeout(retry);
    clearTimeout(timer);
  };
}

async function pollOnce(client: QueryClient, workspace: Workspace): Promise<void> {
  if (connectionNow() === "live" || document.hidden) return;
  try {
    await getJson(workspace, `${NATIVE}/session`);
  } catch {
    setConnection("offline");
    return;
  }
  if (connectionNow() !== "live") setConnection("polling");
  refreshAll(client, workspace);
}

function refreshAll(client: QueryClient, workspace: Workspace): void {
  announce([]);
  void client.invalidateQueries({ queryKey: keys.workspace(workspace) });
}

function announce(changes: readonly ChangeEvent[]): void {
  for (const listener of changesListeners) listener(changes);
}

function readChange(data: string): ChangeEvent | null {
  try {
    const change = JSON.parse(data) as ChangeEvent;
    return typeof change.kind === "string" ? change : null;
  } catch {
    return null;
  }
}
