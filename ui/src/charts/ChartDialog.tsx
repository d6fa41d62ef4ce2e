import { Modal } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useMemo, useRef, useState } from "react";
import { Segmented } from "@/lib/Segmented";
import { BarChart } from "./BarChart";
import { CardBody } from "./ChartCard";
import classes from "./ChartDialog.module.css";
import { ChartMenu } from "./ChartMenu";
import { CurveTable } from "./CurveTable";
import { CursorStore } from "./cursor";
import { useCurves } from "./data/useCurves";
import { Legend } from "./Legend";
import { LineChart, type LineChartHandle } from "./LineChart";
import { bucketsFor } from "./logic/buckets";
import { axisName, type ChartRun, isSinglePoint } from "./logic/curves";
import { dataLine } from "./logic/labels";
import { makePlot } from "./logic/plot";
import type { WallState } from "./logic/wallState";

type View = "chart" | "table";

const VIEWS = [
  { value: "chart", label: "Chart" },
  { value: "table", label: "Table" },
] as const;

interface ChartDialogProps {
  metric: string;
  runs: readonly ChartRun[];
  state: WallState;
  onChange: (change: Partial<WallState>) => void;
  view: View;
  onView: (view: View | null) => void;
}

/** One chart over the whole window: finer buckets, every run's values, and the numbers as a table. */
export default function ChartDialog({ metric, runs, state, onChange, view, onView }: ChartDialogProps) {
  const size = useElementSize();
  const chart = useRef<LineChartHandle>(null);
  const [cursor] = useState(() => new CursorStore());
  const buckets = bucketsFor(size.width, runs.length);
  const { x, zoom } = state;
  const frame = useMemo(() => ({ x, buckets, ...zoom }), [x, buckets, zoom]);
  const data = useCurves(metric, runs, frame, size.width > 0);
  const plot = useMemo(() => makePlot(data.curves, state), [data.curves, state]);
  const single = zoom === null && isSinglePoint(data.curves);
  const footer = dataLine(data.curves, runs.length, buckets);

  return (
    <Modal
      opened
      onClose={() => onView(null)}
      fullScreen
      title={metric}
      classNames={{
        body: classes.body ?? "",
        content: classes.content ?? "",
        title: classes.title ?? "",
        header: classes.header ?? "",
      }}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className={classes.bar}>
        <Segmented label="Show as" options={VIEWS} value={view} onChange={onView} />
        {zoom !== null && (
          <button type="button" className={classes.reset} onClick={() => onChange({ zoom: null })}>
            Reset zoom
          </button>
        )}
        <span className={classes.footer}>{[footer, ...plot.notes].join(" · ")}</span>
        <ChartMenu
          metric={metric}
          curves={data.curves}
          x={data.x}
          footer={footer}
          chart={single || view === "table" ? null : chart}
          onTable={() => onView("table")}
        />
      </div>
      <div className={classes.main} data-view={view}>
        <div ref={size.ref} className={classes.chart}>
          <CardBody metric={metric} data={data} plot={plot} single={single || view === "table"} state={state}>
            {view === "table" ? (
              <CurveTable metric={metric} curves={data.curves} x={data.x} />
            ) : single ? (
              <BarChart label={metric} curves={data.curves} cursor={cursor} />
            ) : (
              <LineChart
                ref={chart}
                id={`large:${metric}`}
                label={`${metric} by ${axisName(data.x)}, ${footer}`}
                plot={plot}
                x={data.x}
                cursor={cursor}
                zoomed={zoom !== null}
                onZoom={(range) => onChange({ zoom: range })}
              />
            )}
          </CardBody>
        </div>
        {view === "chart" && !single && <Legend plot={plot} x={data.x} cursor={cursor} />}
      </div>
    </Modal>
  );
}
