import type { RunRow } from "@/api/types";
import { aggregateLabel, type Column, columnId, columnLabel } from "../view/columns";
import type { Widths } from "../view/viewState";
import { cellText, isNumeric } from "./cellText";
import { hasCurve, SPARK_WIDTH } from "./sparkPath";

const CHAR_PX = 6.9;
/** Names are of heavier type. */
const NAME_CHAR_PX = 7.2;
const PADDING_PX = 28;
const HEADER_EXTRA_PX = 24;
const MIN_PX = 72;
/** Text may be long and is cut; numbers never are. */
const TEXT_MAX_PX = 240;
const HEADER_MAX_PX = 260;
/** Fits "59 min ago" and a date alike, so that the column does not jump as time goes by. */
const TIME_PX = 110;
const SAMPLE = 100;

/**
 * Widths in pixels that fit the header and the rows at hand. Never less than `before`: columns that shrink and grow
 * while one scrolls are worse than wide ones.
 */
export function fitWidths(
  columns: readonly Column[],
  rows: readonly RunRow[],
  before: ReadonlyMap<string, number>,
): Map<string, number> {
  const sample = rows.slice(0, SAMPLE);
  return new Map(
    columns.map((column) => {
      const id = columnId(column);
      return [id, Math.max(before.get(id) ?? 0, headerWidth(column), contentWidth(column, sample))];
    }),
  );
}

/** What a curve takes beside a value. */
export const CURVE_PX = SPARK_WIDTH + 8;
/** A value needs this much before a curve may stand beside it. */
const VALUE_PX = 84;

/**
 * The columns, by id, with a curve beside each value: those of metrics with one, the first of each metric, unless
 * someone made the column too narrow for both.
 */
export function curveColumns(
  columns: readonly Column[],
  rows: readonly RunRow[],
  own: Widths,
): ReadonlySet<string> {
  const byMetric = new Map<string, string>();
  for (const column of columns) {
    const id = columnId(column);
    if (column.kind !== "metrics" || byMetric.has(column.key)) continue;
    const fits = (own[id] ?? Number.POSITIVE_INFINITY) >= VALUE_PX + CURVE_PX;
    if (fits && rows.some((run) => hasCurve(run, column.key))) byMetric.set(column.key, id);
  }
  return new Set(byMetric.values());
}

function headerWidth(column: Column): number {
  const caption = column.kind === "metrics" ? aggregateLabel(column.key, column.aggregate).length : 0;
  const chars = Math.max(columnLabel(column).length, caption);
  return clamp(chars * CHAR_PX + PADDING_PX + HEADER_EXTRA_PX, HEADER_MAX_PX);
}

function contentWidth(column: Column, rows: readonly RunRow[]): number {
  if (isTime(column)) return TIME_PX;
  const longest = rows.reduce(
    (most, run) => Math.max(most, cellText(run, column, Date.now()).text.length),
    0,
  );
  const width = longest * CHAR_PX + PADDING_PX;
  return isNumeric(column) ? Math.max(MIN_PX, width) : clamp(width, TEXT_MAX_PX);
}

function isTime(column: Column): boolean {
  return column.kind === "attributes" && (column.key === "start_time" || column.key === "end_time");
}

function clamp(width: number, max: number): number {
  return Math.round(Math.min(max, Math.max(MIN_PX, width)));
}

const NAME_MIN_PX = 170;
const NAME_MAX_PX = 320;
const NAME_NARROW_PX = 150;
/** Room for the status and the fold beside the name. */
const NAME_EXTRA_PX = 62;
/** For "Failed" or "Killed", for the count of children, and for what a child is indented by. */
const WORD_PX = 48;
const COUNT_PX = 34;
const INDENT_PX = 32;

/** Width in pixels of the column of names. */
export function nameWidthFor(rows: readonly RunRow[], narrow: boolean): number {
  if (narrow) return NAME_NARROW_PX;
  const widest = rows.reduce((most, run) => Math.max(most, contentOfName(run)), 0);
  return Math.round(Math.min(NAME_MAX_PX, Math.max(NAME_MIN_PX, widest + NAME_EXTRA_PX)));
}

function contentOfName(run: RunRow): number {
  const word = run.status === "FAILED" || run.status === "KILLED" ? WORD_PX : 0;
  const count = (run.children_total ?? 0) > 0 ? COUNT_PX : 0;
  const indent = run.parent_run_id === null ? 0 : INDENT_PX;
  return run.name.length * NAME_CHAR_PX + word + count + indent;
}
