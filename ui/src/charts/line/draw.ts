import { BANDS_MAX, type Plot, type Trace } from "../logic/plot";

/** The part of a canvas that belongs to the curves, in canvas pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const LINE_WIDTH = 1.5;
const HIGHLIGHT_WIDTH = 2.5;
const BAND_ALPHA = 0.16;
const RAW_ALPHA = 0.3;
/** How much of the other lines a highlight hides. */
const VEIL_ALPHA = 0.72;
/** How far dots reach over the sides of the plot, in CSS pixels. */
const OVERHANG = 4;
/** From this distance on, in CSS pixels, every point of a line is marked. */
const SPARSE = 18;
/** A canvas loses precision far outside itself. */
const FAR = 1e6;

/** Draws every trace: bands below, then raw values, then the lines. `ratio` is canvas pixels per CSS pixel. */
export function drawTraces(ctx: CanvasRenderingContext2D, box: Box, plot: Plot, ratio: number): void {
  const place = begin(ctx, box, plot, ratio);
  if (place === null) return;
  if (plot.traces.length <= BANDS_MAX) for (const trace of plot.traces) drawBand(ctx, trace, place);
  for (const trace of plot.traces) drawRaw(ctx, trace, place, ratio);
  for (const trace of plot.traces) drawLine(ctx, trace, place, { width: LINE_WIDTH * ratio, ratio });
  ctx.restore();
}

/** Draws one run over the others, which step back behind a veil of the chart's `ground`. */
export function drawHighlight(
  ctx: CanvasRenderingContext2D,
  box: Box,
  plot: Plot,
  look: { readonly runId: string; readonly ground: string; readonly ratio: number },
): void {
  const trace = plot.traces.find((one) => one.run.runId === look.runId);
  if (trace === undefined) return;
  const place = begin(ctx, box, plot, look.ratio);
  if (place === null) return;
  ctx.globalAlpha = VEIL_ALPHA;
  ctx.fillStyle = look.ground;
  ctx.fillRect(box.left, box.top, box.width, box.height);
  drawBand(ctx, trace, place);
  drawRaw(ctx, trace, place, look.ratio);
  drawLine(ctx, trace, place, { width: HIGHLIGHT_WIDTH * look.ratio, ratio: look.ratio });
  ctx.restore();
}

/** Keeps drawing to the plot; gives where positions lie, or null when the plot is empty. */
function begin(ctx: CanvasRenderingContext2D, box: Box, plot: Plot, ratio: number): Placer | null {
  if (plot.x === null || plot.y === null) return null;
  ctx.save();
  ctx.beginPath();
  // Dots on the first and the last x are drawn whole.
  const overhang = OVERHANG * ratio;
  ctx.rect(box.left - overhang, box.top, box.width + 2 * overhang, box.height);
  ctx.clip();
  ctx.lineJoin = "round";
  ctx.lineCap = "butt";
  return placer(box, plot.x, plot.y);
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

function drawBand(ctx: CanvasRenderingContext2D, trace: Trace, place: Placer): void {
  if (trace.band === null) return;
  const { lo, hi } = trace.band;
  ctx.globalAlpha = BAND_ALPHA;
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

function drawRaw(ctx: CanvasRenderingContext2D, trace: Trace, place: Placer, ratio: number): void {
  if (trace.raw === null) return;
  ctx.globalAlpha = RAW_ALPHA;
  ctx.strokeStyle = trace.run.color;
  ctx.lineWidth = ratio;
  ctx.setLineDash([]);
  strokeStretches(ctx, trace.x, trace.raw, place);
}

interface LineLook {
  readonly width: number;
  readonly ratio: number;
}

function drawLine(ctx: CanvasRenderingContext2D, trace: Trace, place: Placer, look: LineLook): void {
  ctx.globalAlpha = 1;
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
