import type { XAxis } from "@/api/types";
import { joinList, splitList } from "@/lib/listParam";
import type { QueryPatch, QueryState } from "@/lib/queryState";
import type { Range } from "./plot";

/** Everything a chart wall can look like; all of it is in the URL. */
export interface WallState {
  /** Weight of the moving average, 0 to 0.99. */
  readonly smoothing: number;
  readonly x: XAxis;
  readonly logX: boolean;
  readonly logY: boolean;
  /** Charts side by side; 0 chooses by the width. */
  readonly columns: number;
  readonly ignoreOutliers: boolean;
  readonly search: string;
  readonly pinned: readonly string[];
  /** Sections whose folding differs from how they start. */
  readonly toggled: readonly string[];
  readonly zoom: Range | null;
}

export const WALL_DEFAULTS: WallState = {
  smoothing: 0,
  x: "step",
  logX: false,
  logY: false,
  columns: 0,
  ignoreOutliers: false,
  search: "",
  pinned: [],
  toggled: [],
  zoom: null,
};

export const MAX_SMOOTHING = 0.99;
export const MAX_COLUMNS = 6;

/** Reads the wall's part of a URL. What cannot be read falls back to the default: a link never breaks a page. */
export function readWall(query: QueryState): WallState {
  return {
    smoothing: clamped(query.smooth, 0, MAX_SMOOTHING),
    x: query.x === "time" || query.x === "relative" ? query.x : "step",
    // A clock has no zero that a logarithm could start from.
    logX: query.logx === "1" && query.x !== "time",
    logY: query.logy === "1",
    columns: Math.round(clamped(query.cols, 0, MAX_COLUMNS)),
    ignoreOutliers: query.outliers === "ignore",
    search: query.metric ?? "",
    pinned: names(query.pin),
    toggled: names(query.fold),
    zoom: range(query.zoom),
  };
}

/** The URL's keys for a change of the wall; a default leaves no trace in the URL. */
export function writeWall(change: Partial<WallState>): QueryPatch {
  const patch: QueryPatch = {};
  if (change.smoothing !== undefined)
    patch.smooth = change.smoothing > 0 ? String(change.smoothing) : undefined;
  if (change.x !== undefined) {
    patch.x = change.x === "step" ? undefined : change.x;
    // A range in steps means nothing in seconds.
    patch.zoom = undefined;
  }
  if (change.logX !== undefined) patch.logx = change.logX ? "1" : undefined;
  if (change.logY !== undefined) patch.logy = change.logY ? "1" : undefined;
  if (change.columns !== undefined) patch.cols = change.columns > 0 ? String(change.columns) : undefined;
  if (change.ignoreOutliers !== undefined) patch.outliers = change.ignoreOutliers ? "ignore" : undefined;
  if (change.search !== undefined) patch.metric = change.search;
  if (change.pinned !== undefined) patch.pin = listed(change.pinned);
  if (change.toggled !== undefined) patch.fold = listed(change.toggled);
  if (change.zoom !== undefined) patch.zoom = change.zoom ? `${change.zoom.lo}:${change.zoom.hi}` : undefined;
  return patch;
}

/** `list` with `name` added, or taken out if it is there. */
export function toggledIn(list: readonly string[], name: string): string[] {
  return list.includes(name) ? list.filter((one) => one !== name) : [...list, name];
}

function clamped(text: string | undefined, lo: number, hi: number): number {
  const value = Number(text ?? lo);
  return Number.isFinite(value) ? Math.min(hi, Math.max(lo, value)) : lo;
}

function listed(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : joinList(values);
}

function names(text: string | undefined): string[] {
  return [...new Set(splitList(text).filter((name) => name !== ""))];
}

function range(text: string | undefined): Range | null {
  const [lo, hi, ...rest] = (text ?? "").split(":").map((part) => (part === "" ? Number.NaN : Number(part)));
  if (lo === undefined || hi === undefined || rest.length > 0) return null;
  return Number.isFinite(lo) && Number.isFinite(hi) && lo < hi ? { lo, hi } : null;
}
