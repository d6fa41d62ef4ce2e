import type { LogPage, LogRecord } from "@/api/compute/logs";

/** A stretch of a log without gaps, as far as it was loaded. */
export interface Segment {
  readonly records: readonly LogRecord[];
  /** The number of the first record, from 0; null where nobody has counted. */
  readonly first: number | null;
  /** Where to go on. */
  readonly cursor: string;
  /** Nothing follows, and nothing will. */
  readonly ended: boolean;
  /** Bytes of the whole log when it was last asked for. */
  readonly total: number;
}

/** A line as it is shown: all records of it together. */
export interface Row {
  /** From 1; null where nobody has counted. */
  readonly number: number | null;
  readonly offset: number;
  readonly rank: number;
  readonly stream: "stdout" | "stderr";
  readonly at_ms: number;
  readonly text: string;
}

/** More than this is not kept while a log is followed: its beginning is let go. */
const KEPT_MAX = 60_000;

export function segmentOf(page: LogPage): Segment {
  return {
    records: page.lines,
    first: page.first_line,
    cursor: page.cursor,
    ended: page.end,
    total: page.total_bytes,
  };
}

/** With what follows. */
export function appended(segment: Segment, page: LogPage): Segment {
  const more = withRecords(segment, page.lines, page.cursor);
  return { ...more, ended: page.end, total: page.total_bytes };
}

/** With records that came as they were written. */
export function withRecords(segment: Segment, came: readonly LogRecord[], cursor: string): Segment {
  const records = [...segment.records, ...came];
  const dropped = Math.max(0, records.length - KEPT_MAX);
  return {
    ...segment,
    records: dropped === 0 ? records : records.slice(dropped),
    first: segment.first === null ? null : segment.first + dropped,
    cursor,
  };
}

/** With what stands before, of which some may be known already. */
export function prepended(segment: Segment, page: LogPage): Segment {
  const known = segment.records[0]?.offset ?? Number.POSITIVE_INFINITY;
  const before = page.lines.filter((line) => line.offset < known);
  const reachesBegin = before[0]?.offset === 0;
  const first = segment.first === null ? (reachesBegin ? 0 : null) : segment.first - before.length;
  return { ...segment, records: [...before, ...segment.records], first };
}

/** Whether there is more before it. */
export function hasBefore(segment: Segment): boolean {
  return segment.records.length > 0 && segment.first !== 0 && segment.records[0]?.offset !== 0;
}

/** Whether all that there is now was loaded: only what is written from now on is missing. */
export function isCaughtUp({ cursor, total }: Segment): boolean {
  return cursor === "" || cursor.split(".").reduce((sum, offset) => sum + Number(offset), 0) >= total;
}

/** Lines of the records. A line that came in parts (a prompt, a progress bar) is one again. */
export function rowsOf({ records, first }: Segment): Row[] {
  const rows: Row[] = [];
  const open = new Map<string, number>();
  records.forEach((record, index) => {
    const rank = record.rank ?? 0;
    const source = `${record.stream} ${rank}`;
    const at = open.get(source);
    const begun = at === undefined ? undefined : rows[at];
    if (at !== undefined && begun !== undefined) {
      rows[at] = { ...begun, text: begun.text + record.text };
    } else {
      const number = first === null ? null : first + index + 1;
      const { offset, stream, at_ms, text } = record;
      rows.push({ number, offset, rank, stream, at_ms, text });
    }
    if (record.goes_on === true) open.set(source, at ?? rows.length - 1);
    else open.delete(source);
  });
  return rows;
}

/** The row that shows what begins at an offset; -1 where none does. */
export function rowAt(rows: readonly Row[], offset: number): number {
  let found = -1;
  for (let index = 0; index < rows.length; index += 1) {
    if ((rows[index]?.offset ?? 0) > offset) break;
    found = index;
  }
  return found;
}
