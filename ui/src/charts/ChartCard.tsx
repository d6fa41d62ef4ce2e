import { useElementSize } from "@mantine/hooks";
import { Maximize2, Pin, PinOff } from "lucide-react";
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { errorMessage } from "@/api/errors";
import { BarChart } from "./BarChart";
import classes from "./ChartCard.module.css";
import { ChartMenu } from "./ChartMenu";
import type { CursorStore } from "./cursor";
import { type CurvesState, useCurves } from "./data/useCurves";
import { LineChart, type LineChartHandle } from "./LineChart";
import { bucketsFor } from "./logic/buckets";
import { axisName, type ChartRun, isSinglePoint } from "./logic/curves";
import { dataLine } from "./logic/labels";
import { makePlot, type Plot } from "./logic/plot";
import type { WallState } from "./logic/wallState";

const ChartDialog = lazy(() => import("./ChartDialog"));

export interface ChartCardProps {
  metric: string;
  /** The name shown; the metric's full name is on hover. */
  title: string;
  runs: readonly ChartRun[];
  state: WallState;
  onChange: (change: Partial<WallState>) => void;
  cursor: CursorStore;
  /** Whether every run is known to have one value at most. */
  single: boolean;
  pinned: boolean;
  onPin: (metric: string) => void;
}

/** One metric: its curves, or bars where every run has one value. */
export function ChartCard({
  metric,
  title,
  runs,
  state,
  onChange,
  cursor,
  single: knownSingle,
  pinned,
  onPin,
}: ChartCardProps) {
  const size = useElementSize();
  const chart = useRef<LineChartHandle>(null);
  const [open, setOpen] = useState<"chart" | "table" | null>(null);
  const buckets = bucketsFor(size.width, runs.length);
  // A zoom does not concern a metric that has one value a run: the bars stay.
  const [single, setSingle] = useState(knownSingle);
  const { x } = state;
  const zoom = single ? null : state.zoom;
  const frame = useMemo(() => ({ x, buckets, ...zoom }), [x, buckets, zoom]);
  const data = useCurves(metric, runs, frame, size.width > 0);
  const plot = useMemo(() => makePlot(data.curves, state), [data.curves, state]);
  if (zoom === null && data.curves.length > 0 && isSinglePoint(data.curves) !== single) setSingle(!single);
  const footer = dataLine(data.curves, runs.length, buckets);

  return (
    <article ref={size.ref} className={classes.card} aria-label={metric} data-busy={data.updating}>
      <header className={classes.header}>
        <h3 className={classes.title} title={metric}>
          {title}
        </h3>
        <div className={classes.tools}>
          <button
            type="button"
            onClick={() => onPin(metric)}
            aria-pressed={pinned}
            aria-label={`Pin ${metric}`}
            title={pinned ? "Unpin" : "Pin to the top"}
          >
            {pinned ? <PinOff size={14} /> : <Pin size={14} />}
          </button>
          <button
            type="button"
            onClick={() => setOpen("chart")}
            aria-label={`Open ${metric} large`}
            title="Full screen"
          >
            <Maximize2 size={14} />
          </button>
          <ChartMenu
            metric={metric}
            curves={data.curves}
            x={data.x}
            footer={footer}
            chart={single ? null : chart}
            onTable={() => setOpen("table")}
          />
        </div>
      </header>
      <div className={classes.body}>
        <CardBody metric={metric} data={data} plot={plot} single={single} state={state}>
          {single ? (
            <BarChart label={`${metric}, one value per run`} curves={data.curves} cursor={cursor} />
          ) : (
            <LineChart
              ref={chart}
              id={metric}
              label={`${metric} by ${axisName(data.x)}, ${footer}`}
              plot={plot}
              x={data.x}
              cursor={cursor}
              zoomed={zoom !== null}
              onZoom={(range) => onChange({ zoom: range })}
              onOpen={() => setOpen("chart")}
            />
          )}
        </CardBody>
      </div>
      <footer className={classes.footer}>
        {!data.loading && <span>{footer}</span>}
        {plot.notes.map((note) => (
          <span key={note} className={classes.note}>
            {note}
          </span>
        ))}
      </footer>
      {open !== null && (
        <Suspense fallback={null}>
          <ChartDialog
            metric={metric}
            runs={runs}
            state={state}
            onChange={onChange}
            view={open}
            onView={setOpen}
          />
        </Suspense>
      )}
    </article>
  );
}

interface CardBodyProps {
  metric: string;
  data: CurvesState;
  plot: Plot;
  single: boolean;
  state: WallState;
  children: React.ReactNode;
}

/** The chart, or what stands in its place. */
export function CardBody({ metric, data, plot, single, state, children }: CardBodyProps) {
  if (data.error !== null && data.curves.length === 0) {
    return (
      <div className={classes.instead} role="alert">
        <p>{errorMessage(data.error)}</p>
        <button
          type="button"
          className={classes.retry}
          onClick={data.retry}
          aria-label={`Load ${metric} again`}
        >
          Try again
        </button>
      </div>
    );
  }
  if (data.loading)
    return <div className={classes.skeleton} role="status" aria-label={`Loading ${metric}`} />;
  if (!single && (plot.x === null || plot.y === null)) {
    return <div className={classes.instead}>{emptyReason(data, state)}</div>;
  }
  return children;
}

function emptyReason(data: CurvesState, state: WallState): string {
  if (data.curves.length > 0) return "No value here can be drawn.";
  return state.zoom === null ? "None of these runs has a point." : "No points in this range.";
}
