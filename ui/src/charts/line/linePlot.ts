import uPlot from "uplot";
import type { XAxis } from "@/api/types";
import type { Plot, Range } from "../logic/plot";
import { type Ink, makeAxes } from "./axes";
import { CursorLayer, type Mark } from "./cursorLayer";
import { drawHighlight, drawTraces } from "./draw";

export interface LineView {
  readonly plot: Plot;
  readonly x: XAxis;
  readonly ink: Ink;
}

export interface LineEvents {
  /** The pointer is at axis value `x`, `top` pixels below the upper edge of the curves. */
  onPoint(x: number, top: number): void;
  onLeave(): void;
  /** A range was dragged out, in axis units; null asks for everything. */
  onZoom(range: Range | null): void;
}

/** Drags shorter than this are clicks. Pixels. */
const DRAG_MIN = 6;

/** One uPlot: it gives the axes, the grid and the drag; the curves are drawn by `drawTraces`. */
export class LinePlot {
  private readonly u: uPlot;
  private readonly layer: CursorLayer;
  private view: LineView;
  private frame = 0;

  constructor(
    host: HTMLElement,
    view: LineView,
    size: { width: number; height: number },
    private readonly events: LineEvents,
  ) {
    this.view = view;
    this.u = new uPlot(this.options(size), this.data(), host);
    this.layer = new CursorLayer(this.u.over);
    this.u.over.addEventListener("pointermove", this.onMove);
    this.u.over.addEventListener("pointerleave", this.onLeave);
  }

  update(view: LineView): void {
    if (view.plot === this.view.plot && view.ink === this.view.ink && view.x === this.view.x) return;
    this.view = view;
    // Setting the data makes uPlot ask for the ranges and the axes again.
    this.u.setData(this.data());
  }

  resize(width: number, height: number): void {
    if (width !== this.u.width || height !== this.u.height) this.u.setSize({ width, height });
  }

  /** Marks `x` (axis units) with a line and the curves there with dots, and lets one run stand out. */
  mark(x: number | null, marks: readonly Mark[], runId: string | null): void {
    const { plot, ink } = this.view;
    const { clientWidth: width, clientHeight: height } = this.u.over;
    const left = x === null ? null : this.leftOf(x);
    const paint = (ctx: CanvasRenderingContext2D, ratio: number) => {
      if (runId === null || plot.traces.length < 2) return;
      const box = { left: 0, top: 0, width: width * ratio, height: height * ratio };
      drawHighlight(ctx, box, plot, { runId, ground: ink.ground, ratio });
    };
    this.layer.draw({ width, height, left, ink, marks, paint });
  }

  /** Pixels from the left edge of the curves; null outside of them. */
  leftOf(x: number): number | null {
    const { xScale } = this.view.plot;
    const position = xScale.to(x);
    if (!Number.isFinite(position)) return null;
    const left = this.u.valToPos(position, "x");
    return left < 0 || left > this.u.over.clientWidth ? null : left;
  }

  /** Pixels from the upper edge of the curves for a value in axis units. */
  topOf(y: number): number {
    return this.u.valToPos(this.view.plot.yScale.to(y), "y");
  }

  /** Where the curves lie in the window. */
  get box(): DOMRect {
    return this.u.over.getBoundingClientRect();
  }

  get canvas(): HTMLCanvasElement {
    return this.u.ctx.canvas;
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.u.over.removeEventListener("pointermove", this.onMove);
    this.u.over.removeEventListener("pointerleave", this.onLeave);
    this.u.destroy();
  }

  private readonly onMove = (event: PointerEvent) => {
    // A mouse moves more often than a screen is drawn.
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const box = this.u.over.getBoundingClientRect();
      const left = Math.min(Math.max(event.clientX - box.left, 0), box.width);
      this.events.onPoint(this.axisValueAt(left), event.clientY - box.top);
    });
  };

  private readonly onLeave = () => {
    cancelAnimationFrame(this.frame);
    this.events.onLeave();
  };

  private axisValueAt(left: number): number {
    return this.view.plot.xScale.from(this.u.posToVal(left, "x"));
  }

  /** uPlot wants data to have scales; ours are given by `range`, and nothing of this is drawn. */
  private data(): uPlot.AlignedData {
    const { x } = this.view.plot;
    return [
      [x?.lo ?? 0, x?.hi ?? 1],
      [null, null],
    ];
  }

  private options(size: { width: number; height: number }): uPlot.Options {
    const range = (side: "x" | "y") => (): uPlot.Range.MinMax => {
      const { lo, hi } = this.view.plot[side] ?? { lo: 0, hi: 1 };
      return [lo, hi];
    };
    return {
      ...size,
      padding: [8, 10, 0, 0],
      legend: { show: false },
      cursor: {
        x: false,
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: DRAG_MIN },
        bind: { dblclick: () => () => this.zoomOut() },
      },
      scales: { x: { time: false, range: range("x") }, y: { range: range("y") } },
      series: [{}, { show: true, points: { show: false }, paths: () => null }],
      axes: makeAxes(
        () => this.view.plot,
        () => this.view.x,
        () => this.view.ink,
      ),
      hooks: { draw: [(u) => this.draw(u)], setSelect: [(u) => this.selected(u)] },
    };
  }

  private draw(u: uPlot): void {
    drawTraces(u.ctx, u.bbox, this.view.plot, devicePixelRatio);
  }

  private selected(u: uPlot): void {
    const { left, width } = u.select;
    if (width < DRAG_MIN) return;
    const range = { lo: this.axisValueAt(left), hi: this.axisValueAt(left + width) };
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.events.onZoom(range);
  }

  private zoomOut(): null {
    this.events.onZoom(null);
    return null;
  }
}
