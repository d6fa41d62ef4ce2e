import "uplot/dist/uPlot.min.css";
import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useMemo,
  useRef,
} from "react";
import type { XAxis } from "@/api/types";
import { ChartTooltip } from "./ChartTooltip";
import { type CursorStore, useCursor } from "./cursor";
import classes from "./LineChart.module.css";
import { keyAction } from "./line/keys";
import { useLinePlot } from "./line/useLinePlot";
import { spoken } from "./logic/labels";
import { closestTo } from "./logic/nearest";
import type { Plot, Range } from "./logic/plot";
import { plotReadings, stops } from "./logic/readings";
import { useInk } from "./useInk";

export interface LineChartHandle {
  /** The canvas that shows the chart, without the cursor; null while there is nothing to draw. */
  canvas(): HTMLCanvasElement | null;
}

interface LineChartProps {
  /** Names the chart to the cursor shared by the wall. */
  id: string;
  /** What a screen reader calls it. */
  label: string;
  plot: Plot;
  x: XAxis;
  cursor: CursorStore;
  zoomed: boolean;
  onZoom: (range: Range | null) => void;
  onOpen?: () => void;
  ref?: Ref<LineChartHandle>;
}

/** Dots drawn at the cursor. */
const DOTS_MAX = 20;
/** From this distance to its line, in pixels, a run stands out. */
const NEAR_PX = 28;

/** Curves over one x axis, on a canvas. Fills its parent. */
export function LineChart({ id, label, plot, x, cursor, zoomed, onZoom, onOpen, ref }: LineChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const helpId = useId();
  const ink = useInk();

  const onPoint = (at: number, top: number) =>
    cursor.move({ chart: id, x: at, top, run: nearestRun(at, top) });
  const onLeave = useCallback(() => cursor.leave(id), [cursor, id]);
  const line = useLinePlot(host, { plot, x, ink }, { onPoint, onLeave, onZoom });
  const nearestRun = (at: number, top: number): string | null => {
    if (line === null || plot.traces.length < 2) return null;
    const readings = plotReadings(plot, at).map((r) => ({ id: r.run.runId, index: 0, x: r.x, y: r.value }));
    const closest = closestTo(readings, top, (y) => line.topOf(y));
    const reading = readings.find((r) => r.id === closest);
    return reading !== undefined && Math.abs(line.topOf(reading.y) - top) <= NEAR_PX ? closest : null;
  };
  useImperativeHandle(ref, () => ({ canvas: () => line?.canvas ?? null }), [line]);
  useEffect(() => {
    if (line === null) return;
    const draw = () => {
      const { x: at, run: strong } = cursor.get();
      const readings = at === null ? [] : plotReadings(plot, at);
      // Among very many runs, dots on every line are a wall: only the run pointed at gets one.
      const dotted =
        readings.length <= DOTS_MAX ? readings : readings.filter(({ run }) => run.runId === strong);
      const marks = dotted.flatMap(({ run, x: place, value }) => {
        const left = line.leftOf(place);
        const top = line.topOf(value);
        return left === null ? [] : [{ left, top, color: run.color, strong: run.runId === strong }];
      });
      line.mark(at, marks, strong);
    };
    draw();
    return cursor.subscribe(draw);
  }, [line, cursor, plot]);
  // A place on one axis is no place on another.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of the axis that takes the cursor away.
  useEffect(() => onLeave, [onLeave, x]);

  const places = useMemo(() => stops(plot), [plot]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const range = plot.x && { lo: plot.xScale.from(plot.x.lo), hi: plot.xScale.from(plot.x.hi) };
    const action = keyAction(event.key, event.shiftKey, { stops: places, x: cursor.get().x, range, zoomed });
    if (action === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (action.kind === "move") cursor.move({ chart: id, x: action.x, top: null, run: null });
    if (action.kind === "zoom") onZoom(action.range);
    if (action.kind === "leave") cursor.leave(id);
    if (action.kind === "open") onOpen?.();
  };

  return (
    <div
      role="group"
      aria-roledescription="chart"
      aria-label={label}
      aria-describedby={helpId}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the curves.
      tabIndex={0}
      className={classes.chart}
      onKeyDown={onKeyDown}
      onBlur={onLeave}
    >
      <div ref={host} className={classes.host} aria-hidden />
      {line !== null && <ChartTooltip id={id} plot={plot} x={x} line={line} cursor={cursor} />}
      <span id={helpId} className="tm-visually-hidden">
        Arrow keys read values, plus and minus zoom, 0 resets, Enter opens it large.
      </span>
      <Spoken id={id} plot={plot} x={x} cursor={cursor} />
    </div>
  );
}

/** Says the values at the cursor when the keyboard moves it. */
function Spoken({ id, plot, x, cursor }: Pick<LineChartProps, "id" | "plot" | "x" | "cursor">) {
  const at = useCursor(cursor, (state) => (state.chart === id && state.top === null ? state.x : null));
  return (
    <span className="tm-visually-hidden" aria-live="polite">
      {at === null ? "" : spoken(x, at, plotReadings(plot, at))}
    </span>
  );
}
