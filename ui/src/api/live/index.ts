import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { getJson, NATIVE, type Workspace } from "../client";
import { keys } from "../keys";
import type { ChangeEvent } from "../types";
import { connectionNow, setConnection } from "./connection";
import { staleAfter } from "./stale";
import { openStream } from "./stream";

export { type Connection, useConnection } from "./connection";

/** Told of every batch of changes, before queries refresh; an empty batch means that anything may have changed. */
export type ChangesListener = (changes: readonly ChangeEvent[]) => void;

/** Changes are gathered for this long, so that a busy experiment refreshes twice a second at most. */
const GATHER_MS = 500;
const RETRY_MS = 2_000;
const POLL_MS = 5_000;

const changesListeners = new Set<ChangesListener>();

/** Calls `listener` with every batch of changes until the returned function is called. */
export function onChanges(listener: ChangesListener): () => void {
  changesListeners.add(listener);
  return () => changesListeners.delete(listener);
}

/** Keeps every cached answer of the workspace fresh: by server-sent events, or by polling while there are none. */
export function useLiveUpdates(workspace: Workspace): void {
  const client = useQueryClient();
  useEffect(() => {
    const stopListening = listen(client, workspace);
    const poll = setInterval(() => void pollOnce(client, workspace), POLL_MS);
    return () => {
      stopListening();
      clearInterval(poll);
    };
  }, [client, workspace]);
}

function listen(client: QueryClient, workspace: Workspace): () => void {
  const gather = gatherer(client, workspace);
  let stop: () => void;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    stop = openStream(
      `${NATIVE}/events`,
      { Accept: "text/event-stream", "X-Workspace": workspace },
      {
        opened: () => {
          const before = connectionNow();
          setConnection("live");
          // Whatever happened while nobody listened is unknown.
          if (before !== "connecting") refreshAll(client, workspace);
        },
        event: (event) => {
          if (event.name === "change") gather.add(readChange(event.data));
        },
        closed: (answered) => {
          if (!answered) setConnection("offline");
          else if (connectionNow() !== "offline") setConnection("polling");
          retry = setTimeout(connect, RETRY_MS);
        },
      },
    );
  };
  connect();
  return () => {
    stop();
    gather.stop();
    clearTimeout(retry);
  };
}

function gatherer(client: QueryClient, workspace: Workspace) {
  let pending: ChangeEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    const stale = staleAfter(workspace, pending);
    announce(pending);
    pending = [];
    timer = undefined;
    void client.invalidateQueries({ predicate: (query) => stale(query.queryKey) });
  };
  return {
    add: (change: ChangeEvent | null) => {
      if (change === null) return;
      pending.push(change);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

async function pollOnce(client: QueryClient, workspace: Workspace): Promise<void> {
  if (connectionNow() !== "polling" || document.hidden) return;
  try {
    await getJson(workspace, `${NATIVE}/session`);
  } catch {
    setConnection("offline");
    return;
  }
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
