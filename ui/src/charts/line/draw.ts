import type { Plot, Trace } from "../logic/plot";

/** The part of a canvas that belongs to the curves, in canvas pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface DrawOptions {
  /** Canvas pixels per CSS pixel. */
  readonly ratio: number;
  /** The run that stands out; the others step back. */
  readonly highlight: string | null;
}

const LINE_WIDTH = 1.5;
const HIGHLIGHT_WIDTH = 2.5;
const BAND_ALPHA = 0.16;
const RAW_ALPHA = 0.3;
const FADED = 0.22;
/** How far dots reach over the sides of the plot, in CSS pixels. */
const OVERHANG = 4;
/** From this distance on, in CSS pixels, every point of a line is marked. */
const SPARSE = 18;
/** A canvas loses precision far outside itself. */
const FAR = 1e6;

/** Draws every trace: bands below, then raw values, then the lines; the highlighted run last. */
export function drawTraces(ctx: CanvasRenderingContext2D, box: Box, plot: Plot, options: DrawOptions): void {
  if (plot.x === null || plot.y === null) return;
  const place = placer(box, plot.x, plot.y);
  ctx.save();
  ctx.beginPath();
  // Dots on the first and the last x are drawn whole.
  const overhang = OVERHANG * options.ratio;
  ctx.rect(box.left - overhang, box.top, box.width + 2 * overhang, box.height);
  ctx.clip();
  ctx.lineJoin = "round";
  ctx.lineCap = "butt";
  const known = plot.traces.some((trace) => trace.run.runId === options.highlight);
  const highlight = known ? options.highlight : null;
  const ordered = [...plot.traces].sort(
    (a, b) => Number(a.run.runId === highlight) - Number(b.run.runId === highlight),
  );
  const alphaOf = (trace: Trace) => (highlight === null || trace.run.runId === highlight ? 1 : FADED);
  for (const trace of ordered) drawBand(ctx, trace, place, alphaOf(trace));
  for (const trace of ordered) drawRaw(ctx, trace, place, alphaOf(trace), options.ratio);
  for (const trace of ordered) {
    const width = (trace.run.runId === highlight ? HIGHLIGHT_WIDTH : LINE_WIDTH) * options.ratio;
    drawLine(ctx, trace, place, { alpha: alphaOf(trace), width, ratio: options.ratio });
  }
  ctx.restore();
}

interface Placer {
  x(position: number): number;
  y(position: number): number;
}

function placer(box: Box, x: { lo: number; hi: number }, y: { lo: number; hi: number }): Placer {
  const perX = box.width / (x.hi - x.lo);
  const perY = box.height / (y.hi - y.lo);
  const bottom = box.top + box.height;
  return {
    x: (position) => box.left + (position - x.lo) * perX,
    y: (position) => Math.max(-FAR, Math.min(FAR, bottom - (position - y.lo) * perY)),
  };
}

function drawBand(ctx: CanvasRenderingContext2D, trace: Trace, place: Placer, alpha: number): void {
  if (trace.band === null) return;
  const { lo, hi } = trace.band;
  ctx.globalAlpha = BAND_ALPHA * alpha;
  ctx.fillStyle = trace.run.color;
  for (const [start, end] of stretches(trace.x, hi)) {
    ctx.beginPath();
    for (let i = start; i < end; i += 1) ctx.lineTo(place.x(trace.x[i] as number), place.y(hi[i] as number));
    for (let i = end - 1; i >= start; i -= 1) {
      ctx.lineTo(place.x(trace.x[i] as number), place.y((lo[i] ?? hi[i]) as number));
    }
    ctx.closePath();
    ctx.fill();
  }
}

function drawRaw(
  ctx: CanvasRenderingContext2D,
  trace: Trace,
  place: Placer,
  alpha: number,
  ratio: number,
): void {
  if (trace.raw === null) return;
  ctx.globalAlpha = RAW_ALPHA * alpha;
  ctx.strokeStyle = trace.run.color;
  ctx.lineWidth = ratio;
  ctx.setLineDash([]);
  strokeStretches(ctx, trace.x, trace.raw, place);
}

interface LineLook {
  readonly alpha: number;
  readonly width: number;
  readonly ratio: number;
}

function drawLine(ctx: CanvasRenderingContext2D, trace: Trace, place: Placer, look: LineLook): void {
  ctx.globalAlpha = look.alpha;
  ctx.strokeStyle = trace.run.color;
  ctx.fillStyle = trace.run.color;
  ctx.lineWidth = look.width;
  ctx.setLineDash((trace.run.dash ?? []).map((length) => length * look.ratio));
  strokeStretches(ctx, trace.x, trace.line, place);
  const sparse = isSparse(trace, place, SPARSE * look.ratio);
  for (const [start, end] of stretches(trace.x, trace.line)) {
    // A value between two gaps has no line: without a dot it would be invisible.
    if (!sparse && end - start > 1) continue;
    for (let i = start; i < end; i += 1) {
      ctx.beginPath();
      ctx.arc(
        place.x(trace.x[i] as number),
        place.y(trace.line[i] as number),
        look.width * 1.4,
        0,
        Math.PI * 2,
      );
      ctx.fill();
    }
  }
}

function isSparse(trace: Trace, place: Placer, distance: number): boolean {
  const first = trace.x[0];
  const last = trace.x[trace.x.length - 1];
  if (first === undefined || last === undefined) return false;
  return Math.abs(place.x(last) - place.x(first)) / Math.max(1, trace.x.length - 1) >= distance;
}

function strokeStretches(
  ctx: CanvasRenderingContext2D,
  x: readonly number[],
  y: readonly (number | null)[],
  place: Placer,
): void {
  ctx.beginPath();
  for (const [start, end] of stretches(x, y)) {
    ctx.moveTo(place.x(x[start] as number), place.y(y[start] as number));
    for (let i = start + 1; i < end; i += 1) ctx.lineTo(place.x(x[i] as number), place.y(y[i] as number));
  }
  ctx.stroke();
}

/** Index ranges [start, end) without gaps. */
export function stretches(x: readonly number[], y: readonly (number | null)[]): [number, number][] {
  const found: [number, number][] = [];
  let start = -1;
  for (let i = 0; i <= x.length; i += 1) {
    const drawn = i < x.length && y[i] !== null && y[i] !== undefined && !Number.isNaN(x[i]);
    if (drawn && start < 0) start = i;
    if (!drawn && start >= 0) {
      found.push([start, i]);
      start = -1;
    }
  }
  return found;
}
