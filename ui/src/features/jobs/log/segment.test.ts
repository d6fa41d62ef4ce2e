import { describe, expect, it } from "vitest";
import type { LogPage, LogRecord } from "@/api/compute/logs";
import { appended, hasBefore, isCaughtUp, prepended, rowAt, rowsOf, segmentOf, withRecords } from "./segment";

const record = (offset: number, text = `line ${offset}`, more: Partial<LogRecord> = {}): LogRecord => ({
  at_ms: offset,
  stream: "stdout",
  text,
  offset,
  ...more,
});
const page = (lines: LogRecord[], more: Partial<LogPage> = {}): LogPage => ({
  attempt: 1,
  lines,
  next: 0,
  cursor: "100",
  end: false,
  total_bytes: 100,
  error_offset: null,
  error_rank: null,
  first_line: null,
  ...more,
});

describe("a stretch of a log", () => {
  it("keeps its numbers when more is put before and behind it", () => {
    const middle = segmentOf(page([record(20), record(30)], { first_line: 2 }));
    const before = prepended(middle, page([record(0), record(10), record(20)]));
    expect(rowsOf(before).map(({ number, offset }) => [number, offset])).toEqual([
      [1, 0],
      [2, 10],
      [3, 20],
      [4, 30],
    ]);
    expect([hasBefore(middle), hasBefore(before)]).toEqual([true, false]);
    const whole = appended(before, page([record(40)], { cursor: "50", end: true }));
    expect([rowsOf(whole).length, whole.cursor, whole.ended]).toEqual([5, "50", true]);
  });

  it("learns its numbers when it reaches the beginning", () => {
    const uncounted = segmentOf(page([record(20)]));
    expect(rowsOf(uncounted)[0]?.number).toBeNull();
    expect(rowsOf(prepended(uncounted, page([record(0), record(10)]))).at(-1)?.number).toBe(3);
  });

  it("lets its beginning go while it is followed for very long, and counts on", () => {
    const many = Array.from({ length: 60_000 }, (_, index) => record(index));
    const long = withRecords(segmentOf(page(many, { first_line: 0 })), [record(60_000), record(60_001)], "9");
    expect([long.records.length, long.first, long.cursor]).toEqual([60_000, 2, "9"]);
  });

  it("knows when it has all that there is", () => {
    expect(isCaughtUp(segmentOf(page([], { cursor: "40.60" })))).toBe(true);
    expect(isCaughtUp(segmentOf(page([], { cursor: "40.59" })))).toBe(false);
    expect(isCaughtUp(segmentOf(page([], { cursor: "" })))).toBe(true);
  });
});

describe("rows", () => {
  it("join a line that came in parts, though the other stream spoke in between", () => {
    const parts = [
      record(0, "a", { goes_on: true }),
      record(5, "oops", { stream: "stderr" }),
      record(9, "b", { goes_on: true }),
      record(12, "c"),
      record(15, "next"),
    ];
    expect(
      rowsOf(segmentOf(page(parts, { first_line: 0 }))).map(({ number, text }) => [number, text]),
    ).toEqual([
      [1, "abc"],
      [2, "oops"],
      [5, "next"],
    ]);
  });

  it("are found by a byte inside them", () => {
    const rows = rowsOf(segmentOf(page([record(0), record(10), record(20)])));
    expect([rowAt(rows, 10), rowAt(rows, 15), rowAt(rows, 99)]).toEqual([1, 1, 2]);
  });
});
