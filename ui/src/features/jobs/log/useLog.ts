import { useCallback, useEffect, useRef, useState } from "react";
import { type LogRecord, logStreamUrl, readLog, type WhichLog } from "@/api/compute/logs";
import { openStream } from "@/api/live/stream";
import { useWorkspace } from "@/lib/workspace";
import { appended, hasBefore, isCaughtUp, prepended, type Segment, segmentOf, withRecords } from "./segment";

/** Where one wants to read. */
export type Wanted =
  | { readonly kind: "begin" }
  | { readonly kind: "end" }
  | { readonly kind: "error" }
  | { readonly kind: "offset"; readonly offset: number }
  | { readonly kind: "line"; readonly line: number };

export interface Log {
  readonly segment: Segment | null;
  /** The byte that was wanted, once it is known and loaded; -1 for the end. */
  readonly place: { readonly offset: number; readonly strong: boolean } | null;
  readonly error: unknown;
  readonly loading: boolean;
  readonly go: (wanted: Wanted) => void;
  readonly loadBefore: () => void;
  readonly loadAfter: () => void;
}

const FIRST_LINES = 2000;
const MORE_LINES = 2000;
/** So much is loaded before a place in the middle. */
const BEFORE_BYTES = 64 * 1024;
const RETRY_MS = 1000;
const FLUSH_MS = 80;

/** A log around a place, more of it in both directions, and with `live` what is written from now on. */
export function useLog(which: WhichLog, start: Wanted, live: boolean): Log {
  const workspace = useWorkspace();
  const [segment, setSegment] = useState<Segment | null>(null);
  const [place, setPlace] = useState<Log["place"]>(null);
  const [error, setError] = useState<unknown>(null);
  const [loading, setLoading] = useState(false);
  const [generation, setGeneration] = useState(0);
  /** One thing is loaded after the other, so that each knows what was there. */
  const last = useRef<Promise<void>>(Promise.resolve());
  const running = useRef(0);
  const shown = useRef("");
  const current = useRef<Segment | null>(null);
  current.current = segment;

  const run = useCallback(async (work: () => Promise<void>) => {
    running.current += 1;
    setLoading(true);
    const before = last.current;
    const now = before.then(work).then(
      () => setError(null),
      (failure) => setError(failure),
    );
    last.current = now;
    await now;
    running.current -= 1;
    setLoading(running.current > 0);
  }, []);

  const { id, attempt, rank } = which;
  const go = useCallback(
    (wanted: Wanted) =>
      void run(async () => {
        const log = { id, attempt, rank };
        const found = await loadAt(workspace, log, wanted, current.current);
        // Meanwhile another process's log may be wanted.
        if (shown.current !== nameOf(log)) return;
        if (found.segment !== null) {
          setGeneration((before) => before + 1);
          setSegment(found.segment);
          current.current = found.segment;
        }
        setPlace({ offset: found.offset, strong: wanted.kind !== "end" && wanted.kind !== "begin" });
      }),
    [run, workspace, id, attempt, rank],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a log is opened once; afterwards one goes where one wants.
  useEffect(() => {
    shown.current = nameOf({ id, attempt, rank });
    setSegment(null);
    current.current = null;
    go(start);
  }, [go]);

  const loadBefore = useCallback(() => {
    const known = current.current;
    if (running.current > 0 || known === null || rank === null || !hasBefore(known)) return;
    void run(async () => {
      const end = known.records[0]?.offset ?? 0;
      const from = Math.max(0, end - BEFORE_BYTES);
      const page = await readLog(workspace, { id, attempt, rank }, { start: from }, MORE_LINES * 5);
      setSegment((now) => now && prepended(now, page));
    });
  }, [run, workspace, id, attempt, rank]);

  const loadAfter = useCallback(() => {
    const known = current.current;
    if (running.current > 0 || known === null || known.ended || (live && isCaughtUp(known))) return;
    void run(async () => {
      const page = await readLog(workspace, { id, attempt, rank }, { cursor: known.cursor }, MORE_LINES);
      setSegment((now) => now && appended(now, page));
    });
  }, [run, workspace, id, attempt, rank, live]);

  const follows = live && segment !== null && !segment.ended && isCaughtUp(segment);
  useFollow({ id, attempt, rank }, follows ? generation : null, current, setSegment);
  return { segment, place, error, loading, go, loadBefore, loadAfter };
}

function nameOf({ id, attempt, rank }: WhichLog): string {
  return `${id} ${attempt} ${rank}`;
}

/** What is loaded for a place, null where it is among what is known; and the byte of it. */
async function loadAt(
  workspace: string,
  which: WhichLog,
  wanted: Wanted,
  known: Segment | null,
): Promise<{ segment: Segment | null; offset: number }> {
  if (known !== null && wanted.kind === "offset" && holds(known, wanted.offset))
    return { segment: null, offset: wanted.offset };
  if (known !== null && wanted.kind === "end" && isCaughtUp(known)) return { segment: null, offset: -1 };
  const first = await readLog(workspace, which, {}, FIRST_LINES);
  const begin = segmentOf(first);
  const offset = await offsetOf(workspace, which, wanted, first);
  if (known !== null && holds(known, offset)) return { segment: null, offset };
  if (holds(begin, offset) || (offset < 0 && first.end)) return { segment: begin, offset };
  if (offset < 0) {
    const tail = await readLog(workspace, which, { tail: FIRST_LINES }, FIRST_LINES);
    return { segment: segmentOf(tail), offset };
  }
  if (which.rank === null) return { segment: begin, offset: 0 };
  const around = await readLog(
    workspace,
    which,
    { start: Math.max(0, offset - BEFORE_BYTES) },
    MORE_LINES * 5,
  );
  return { segment: segmentOf(around), offset };
}

async function offsetOf(
  workspace: string,
  which: WhichLog,
  wanted: Wanted,
  first: { error_offset?: number | null },
): Promise<number> {
  switch (wanted.kind) {
    case "begin":
      return 0;
    case "end":
      return -1;
    case "error":
      return first.error_offset ?? -1;
    case "offset":
      return wanted.offset;
    case "line": {
      if (which.rank === null) return 0;
      const page = await readLog(workspace, which, { line: Math.max(0, wanted.line - 1) }, 1);
      return page.lines[0]?.offset ?? -1;
    }
  }
}

function holds({ records }: Segment, offset: number): boolean {
  const [first, last] = [records[0], records.at(-1)];
  if (offset === 0) return first?.offset === 0 || records.length === 0;
  return first !== undefined && last !== undefined && offset >= first.offset && offset <= last.offset;
}

/** Adds what is written as it comes, until the log has ended. A stream that breaks is taken up where it was. */
function useFollow(
  { id, attempt, rank }: WhichLog,
  /** Which loading of the log is followed; null: none. */
  generation: number | null,
  current: { readonly current: Segment | null },
  setSegment: (change: (now: Segment | null) => Segment | null) => void,
): void {
  const workspace = useWorkspace();
  useEffect(() => {
    if (generation === null) return;
    let waiting: LogRecord[] = [];
    let cursor = current.current?.cursor ?? "";
    let over = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let stop = () => {};
    const flush = () => {
      if (waiting.length === 0 && !over) return;
      const came = waiting;
      waiting = [];
      setSegment((now) => now && { ...withRecords(now, came, cursor), ended: over });
    };
    const connect = () => {
      stop = openStream(
        logStreamUrl({ id, attempt, rank }, cursor),
        { Accept: "text/event-stream", "X-Workspace": workspace },
        {
          opened: () => {},
          event: ({ name, data, id: at }) => {
            if (name === "end") over = true;
            if (name !== "line") return;
            waiting.push(JSON.parse(data) as LogRecord);
            cursor = at ?? cursor;
          },
          closed: () => {
            if (!over) retry = setTimeout(connect, RETRY_MS);
          },
        },
      );
    };
    connect();
    const timer = setInterval(flush, FLUSH_MS);
    return () => {
      stop();
      clearInterval(timer);
      clearTimeout(retry);
      flush();
    };
  }, [workspace, id, attempt, rank, generation, current, setSegment]);
}
