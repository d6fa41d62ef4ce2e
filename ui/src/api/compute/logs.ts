import { queryOptions } from "@tanstack/react-query";
import { getJson, type QueryValue, type Workspace, withQuery } from "../client";
import type { components } from "../generated";
import { keys } from "../keys";
import { pathOf } from "./jobs";

type Wire = components["schemas"];

/** A record of a log. Ranks of 0 and lines that end where they end are left out. */
export interface LogRecord {
  at_ms: number;
  stream: "stdout" | "stderr";
  text: string;
  /** The byte of the process's log at which it begins. */
  offset: number;
  rank?: number;
  /** The next record of its stream has more of this line. */
  goes_on?: boolean;
}

export interface LogPage extends Omit<Wire["LogAnswer"], "lines"> {
  lines: LogRecord[];
}

export interface FoundLine extends LogRecord {
  attempt: number;
}

export interface FoundLines {
  lines: FoundLine[];
  /** Where to search on; empty when all is searched. */
  cursor: string;
  unreached: number;
}

/** Which log: of one process, or with a rank of null of all of an attempt by time. */
export interface WhichLog {
  readonly id: string;
  readonly attempt: number;
  readonly rank: number | null;
}

/** At most one of them; without any the beginning. */
export interface LogPlace {
  start?: number;
  line?: number;
  tail?: number;
  cursor?: string;
}

/** A line of a tail, with its number where that is known. */
export interface LogLine extends LogRecord {
  /** From 1. */
  readonly number: number | null;
}

/** Enough to find the error that ended a program. */
const TAIL_LINES = 500;
const FOUND_MAX = 1000;

export function readLog(
  workspace: Workspace,
  which: WhichLog,
  place: LogPlace,
  limit: number,
  signal?: AbortSignal,
): Promise<LogPage> {
  const query = { ...processOf(which), ...place, limit, numbered: which.rank !== null };
  return getJson(workspace, `${pathOf(which.id)}/logs`, signal === undefined ? { query } : { query, signal });
}

/** The last lines of a process that has ended. */
export function logTailQuery(workspace: Workspace, id: string, attempt: number, rank: number) {
  return queryOptions({
    queryKey: keys.jobLog(workspace, id, attempt, rank, "tail"),
    queryFn: async ({ signal }): Promise<{ lines: LogLine[] }> => {
      const page = await readLog(workspace, { id, attempt, rank }, { tail: TAIL_LINES }, TAIL_LINES, signal);
      const first = page.first_line;
      return {
        lines: page.lines.map((line, index) => ({
          ...line,
          number: first === null ? null : first + index + 1,
        })),
      };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Every line of all attempts and processes that holds a text, in either case. */
export function logSearchQuery(workspace: Workspace, id: string, text: string) {
  return queryOptions({
    queryKey: keys.jobLog(workspace, id, 0, 0, `search ${text}`),
    queryFn: ({ signal }) =>
      getJson<FoundLines>(workspace, `${pathOf(id)}/logs/search`, {
        query: { text, context: 0, limit: FOUND_MAX },
        signal,
      }),
    staleTime: 10_000,
  });
}

/** Where the log lies as a file. A link carries no header, so the workspace stands in the query. */
export function logFileUrl(workspace: Workspace, which: WhichLog, timestamps: boolean): string {
  return withQuery(`${pathOf(which.id)}/logs/file`, { ...processOf(which), timestamps, workspace });
}

/** Where lines come as server-sent events, from behind a cursor on. */
export function logStreamUrl(which: WhichLog, cursor: string): string {
  const place: Record<string, QueryValue> = cursor === "" ? {} : { cursor };
  return withQuery(`${pathOf(which.id)}/logs/stream`, { ...processOf(which), ...place });
}

function processOf({ attempt, rank }: WhichLog): Record<string, QueryValue> {
  return { ...(attempt === 0 ? {} : { attempt }), ...(rank === null || attempt === 0 ? {} : { rank }) };
}
