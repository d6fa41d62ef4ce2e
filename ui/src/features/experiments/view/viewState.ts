import type { OrderBy, RunSearch, View } from "@/api/types";
import { joinList, splitList } from "@/lib/listParam";
import type { QueryPatch, QueryState } from "@/lib/queryState";
import { type Column, columnId, neededBy, parseColumn, sortField } from "./columns";

export type Layout = "split" | "table" | "charts";

export interface Sort {
  column: Column;
  descending: boolean;
}

/** What an experiment's page looks like; all of it is in the URL. */
export interface ViewState {
  /** MLflow's run-search grammar. */
  filter: string;
  view: View;
  sort: Sort;
  /** Null until someone chooses: then the page picks. */
  columns: Column[] | null;
  layout: Layout;
  /** How many runs from the top are drawn. */
  top: number;
  /** Runs of the top that are not drawn, and runs below it that are. */
  hidden: string[];
  shown: string[];
  /** Children under their parents; null lets the page choose. */
  nested: boolean | null;
  /** Parents that are unfolded. */
  expanded: string[];
  /** Columns that someone made narrower or wider, by id; pixels. */
  widths: Widths;
  /** Curves beside the values of metrics; null lets the page choose. */
  curves: boolean | null;
}

export type Widths = Readonly<Record<string, number>>;

export const DEFAULT_TOP = 20;
export const TOP_CHOICES = [0, 10, 20, 50, 100, 200] as const;
/** What a column may be made. */
export const WIDTH_MIN = 56;
export const WIDTH_MAX = 800;
/** The server draws no more curves in one request. */
const TOP_MAX = 200;

export const DEFAULT_SORT: Sort = { column: { kind: "attributes", key: "start_time" }, descending: true };

/** Reads a URL. What cannot be read becomes the default: an old link never breaks the page. */
export function readView(query: QueryState): ViewState {
  return {
    filter: query.filter ?? "",
    view: query.view === "deleted" || query.view === "all" ? query.view : "active",
    sort: parseSort(query.sort) ?? DEFAULT_SORT,
    columns: parseColumns(query.columns),
    layout: query.layout === "table" || query.layout === "charts" ? query.layout : "split",
    top: parseTop(query.top),
    hidden: splitList(query.hide),
    shown: splitList(query.show),
    nested: query.nest === undefined ? null : query.nest === "1",
    expanded: splitList(query.open),
    widths: parseWidths(query.width),
    curves: query.curves === undefined ? null : query.curves === "1",
  };
}

/** The URL's keys for a change of the view; a default leaves no trace. */
export function writeView(change: Partial<ViewState>): QueryPatch {
  const patch: QueryPatch = {};
  if (change.filter !== undefined) patch.filter = change.filter;
  if (change.view !== undefined) patch.view = change.view === "active" ? undefined : change.view;
  if (change.sort !== undefined) patch.sort = formatSort(change.sort);
  if (change.columns !== undefined) patch.columns = formatColumns(change.columns);
  if (change.layout !== undefined) patch.layout = change.layout === "split" ? undefined : change.layout;
  if (change.top !== undefined) patch.top = change.top === DEFAULT_TOP ? undefined : String(change.top);
  if (change.hidden !== undefined) patch.hide = joinList(change.hidden);
  if (change.shown !== undefined) patch.show = joinList(change.shown);
  if (change.nested !== undefined)
    patch.nest = change.nested === null ? undefined : change.nested ? "1" : "0";
  if (change.expanded !== undefined) patch.open = joinList(change.expanded);
  if (change.widths !== undefined) patch.width = formatWidths(change.widths);
  if (change.curves !== undefined)
    patch.curves = change.curves === null ? undefined : change.curves ? "1" : "0";
  return patch;
}

/** The search that a view asks for: its runs, and of each what its columns show. */
export function searchOf(state: ViewState, experimentId: string, columns: readonly Column[]): RunSearch {
  return {
    experiment_ids: [experimentId],
    filter: state.filter.trim(),
    view: state.view,
    order_by: orderOf(state.sort),
    columns: neededBy(columns),
  };
}

export function orderOf({ column, descending }: Sort): OrderBy[] {
  const field = sortField(column);
  if (field === null) return [];
  return column.kind === "metrics"
    ? [{ field, aggregate: column.aggregate, descending }]
    : [{ field, descending }];
}

export function isDefaultSort(sort: Sort): boolean {
  return formatSort(sort) === undefined;
}

/** "-metrics.loss@min" is descending. Undefined for the default. */
function formatSort({ column, descending }: Sort): string | undefined {
  const text = `${descending ? "-" : ""}${columnId(column)}`;
  const usual = `${DEFAULT_SORT.descending ? "-" : ""}${columnId(DEFAULT_SORT.column)}`;
  return text === usual ? undefined : text;
}

function parseSort(text: string | undefined): Sort | null {
  if (text === undefined) return null;
  const descending = text.startsWith("-");
  const column = parseColumn(descending ? text.slice(1) : text);
  return column === null || sortField(column) === null ? null : { column, descending };
}

function formatColumns(columns: readonly Column[] | null): string | undefined {
  // No column at all is a choice too.
  return columns === null ? undefined : columns.length === 0 ? "none" : joinList(columns.map(columnId));
}

function parseColumns(text: string | undefined): Column[] | null {
  if (text === "none") return [];
  const columns = [...new Set(splitList(text))].flatMap((id) => parseColumn(id) ?? []);
  return columns.length === 0 ? null : columns;
}

/** "metrics.loss@min:120"; what is no width is left out. */
function parseWidths(text: string | undefined): Widths {
  const entries = splitList(text).flatMap((item): [string, number][] => {
    const at = item.lastIndexOf(":");
    const width = Number(item.slice(at + 1));
    return at > 0 && width >= WIDTH_MIN && width <= WIDTH_MAX ? [[item.slice(0, at), width]] : [];
  });
  return Object.fromEntries(entries);
}

function formatWidths(widths: Widths): string | undefined {
  return joinList(Object.entries(widths).map(([id, width]) => `${id}:${width}`)) || undefined;
}

function parseTop(text: string | undefined): number {
  const top = Number(text);
  return text === undefined || !Number.isInteger(top) || top < 0 ? DEFAULT_TOP : Math.min(top, TOP_MAX);
}
