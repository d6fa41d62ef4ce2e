import type uPlot from "uplot";
import type { XAxis } from "@/api/types";
import type { Plot } from "../logic/plot";
import { logLabels, logTicks, niceTicks, numberLabels, wholeTicks } from "../logic/ticks";
import { clockTicks, elapsedTicks } from "../logic/timeTicks";

/** Colours of everything on a chart but the curves. */
export interface Ink {
  readonly text: string;
  readonly grid: string;
  readonly ground: string;
}

export interface Ticks {
  /** In positions, as the plot counts. */
  readonly at: readonly number[];
  readonly labels: readonly string[];
}

const FONT_SIZE = 11;
const FONT = `${FONT_SIZE}px "Inter Variable", system-ui, sans-serif`;
/** Pixels that one label needs along its axis. */
const X_LABEL_ROOM = 64;
const Y_LABEL_ROOM = 34;
const X_AXIS_HEIGHT = 24;
/** More labels than this do not help, however large the chart. */
const LABELS_MAX = 9;

export function xTicks(plot: Plot, x: XAxis, lengthPx: number): Ticks {
  const range = plot.x;
  if (range === null) return { at: [], labels: [] };
  const lo = plot.xScale.from(range.lo);
  const hi = plot.xScale.from(range.hi);
  const count = labelCount(lengthPx, X_LABEL_ROOM);
  const placed = (ticks: readonly number[], labels: readonly string[]): Ticks => ({
    at: ticks.map((tick) => plot.xScale.to(tick)),
    labels,
  });
  if (plot.xScale.log) return placed(...withLabels(logTicks(lo, hi, count), x));
  if (x === "step") return placed(...labelled(wholeTicks(lo, hi, count), numberLabels));
  const { ticks, labels } = x === "time" ? clockTicks(lo, hi, count) : elapsedTicks(lo, hi, count);
  return placed(ticks, labels);
}

export function yTicks(plot: Plot, lengthPx: number): Ticks {
  const range = plot.y;
  if (range === null) return { at: [], labels: [] };
  const lo = plot.yScale.from(range.lo);
  const hi = plot.yScale.from(range.hi);
  const count = labelCount(lengthPx, Y_LABEL_ROOM);
  const [ticks, labels] = plot.yScale.log
    ? labelled(logTicks(lo, hi, count), logLabels)
    : labelled(niceTicks(lo, hi, count), numberLabels);
  return { at: ticks.map((tick) => plot.yScale.to(tick)), labels };
}

/** uPlot's two axes. `plotNow` gives the drawing of the moment: an instance outlives many of them. */
export function makeAxes(plotNow: () => Plot, xNow: () => XAxis, inkNow: () => Ink): uPlot.Axis[] {
  const common: uPlot.Axis = {
    font: FONT,
    stroke: () => inkNow().text,
    grid: { stroke: () => inkNow().grid, width: 1 },
    ticks: { show: false },
  };
  const labelsFor = (ticks: Ticks) => new Map(ticks.at.map((at, index) => [at, ticks.labels[index] ?? ""]));
  const x = (u: uPlot) => xTicks(plotNow(), xNow(), u.bbox.width / devicePixelRatio);
  const y = (u: uPlot) => yTicks(plotNow(), u.bbox.height / devicePixelRatio);
  const read = (ticks: Ticks, splits: readonly number[]) => {
    const labels = labelsFor(ticks);
    return splits.map((split) => labels.get(split) ?? "");
  };
  return [
    {
      ...common,
      size: X_AXIS_HEIGHT,
      gap: 4,
      grid: { show: false },
      splits: (u) => [...x(u).at],
      values: (u, splits) => read(x(u), splits),
    },
    {
      ...common,
      gap: 6,
      size: (u, values) => labelWidth(u, values) + 12,
      splits: (u) => [...y(u).at],
      values: (u, splits) => read(y(u), splits),
    },
  ];
}

function labelCount(lengthPx: number, room: number): number {
  return Math.min(LABELS_MAX, Math.max(2, Math.floor(lengthPx / room)));
}

function withLabels(ticks: readonly number[], x: XAxis): [readonly number[], readonly string[]] {
  if (x === "relative")
    return [ticks, ticks.map((tick) => elapsedTicks(tick, tick, 1).labels[0] ?? shortMs(tick))];
  return labelled(ticks, logLabels);
}

function shortMs(ms: number): string {
  return ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
}

function labelled(
  ticks: readonly number[],
  toLabels: (ticks: readonly number[]) => string[],
): [readonly number[], readonly string[]] {
  return [ticks, ticks.length === 0 ? [] : toLabels(ticks)];
}

function labelWidth(u: uPlot, labels: readonly string[] | null): number {
  if (!labels || labels.length === 0) return 24;
  u.ctx.save();
  u.ctx.font = FONT;
  const widest = Math.max(...labels.map((label) => u.ctx.measureText(label).width));
  u.ctx.restore();
  return Math.ceil(widest);
}
