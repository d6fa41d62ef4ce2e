import { useComputedColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { JobDetails } from "@/api/compute/types";
import { jobUseQuery } from "@/api/compute/usage";
import { CursorStore } from "@/charts/cursor";
import { LineChart } from "@/charts/LineChart";
import { makePlot, type Range } from "@/charts/logic/plot";
import { lineStyle } from "@/design/lineStyle";
import { colors } from "@/design/tokens";
import { ErrorMessage, Message } from "@/lib/Message";
import { formatNumber } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { usePreferences } from "@/lib/preferences";
import { Swatch } from "@/lib/Swatch";
import { useWorkspace } from "@/lib/workspace";
import { processesOf } from "../logic/outcome";
import { chartsOf, type UseChart } from "./charts";
import classes from "./UseTab.module.css";

interface UseTabProps {
  job: JobDetails;
  attempt: number;
  rank: number | null;
}

/** What a process used over its life, beside what it had asked for. */
export function UseTab({ job, attempt, rank }: UseTabProps) {
  const workspace = useWorkspace();
  const { id, resources } = job.workload;
  const process = processesOf(job, attempt).find((one) => one.rank === (rank ?? 0));
  const live = process !== undefined && process.ended_ms === null;
  const { data, error, refetch } = useQuery({
    ...jobUseQuery(workspace, id, attempt, rank ?? 0, live),
    enabled: process !== undefined,
  });
  const { palette } = usePreferences();
  const scheme = useComputedColorScheme("light");
  const [cursor] = useState(() => new CursorStore());
  const [zoom, setZoom] = useState<Range | null>(null);
  const charts = useMemo(() => {
    const style = (slot: number) => lineStyle(slot, palette, scheme).color;
    const look = { limit: colors[scheme]["text-faint"], lines: [style(0), style(1)] };
    return data === undefined ? [] : chartsOf(data, resources, process?.started_ms ?? 0, look);
  }, [data, resources, process?.started_ms, palette, scheme]);

  if (data === undefined && error !== null)
    return <ErrorMessage title="Its use cannot be shown" error={error} onRetry={() => void refetch()} />;
  if (process === undefined) return <Message title="It has not begun, so it has used nothing" />;
  if (data === undefined) return <div role="status" aria-label="Loading" />;
  if (charts.length === 0) {
    return (
      <Message title={live ? "Nothing was measured yet" : "It ended before anything was measured"}>
        <p>Processes are looked at every two seconds. Totals of those that ended stand under History.</p>
      </Message>
    );
  }
  return (
    <div className={classes.charts}>
      {charts.map((chart) => (
        <Chart key={chart.id} chart={chart} cursor={cursor} zoom={zoom} onZoom={setZoom} />
      ))}
    </div>
  );
}

interface ChartProps {
  chart: UseChart;
  cursor: CursorStore;
  zoom: Range | null;
  onZoom: (range: Range | null) => void;
}

function Chart({ chart, cursor, zoom, onZoom }: ChartProps) {
  const { curves, title, unit, peak, limit } = chart;
  const plot = useMemo(() => {
    const made = makePlot(curves, { smoothing: 0, logX: false, logY: false, ignoreOutliers: false, zoom });
    // Use is seen beside nothing at all: from zero on.
    return made.y === null ? made : { ...made, y: { lo: 0, hi: made.y.hi } };
  }, [curves, zoom]);
  const name = `${title}, ${unit}`;
  const told = limit === null ? "" : ` of ${formatNumber(limit, 4)}`;
  return (
    <Panel
      title={title}
      count={`${unit} · at most ${formatNumber(peak, 2)}${told}`}
      tools={
        <span className={classes.legend}>
          {curves.map(({ run }) => (
            <span key={run.runId}>
              <Swatch line={{ color: run.color, dash: run.dash ?? [] }} /> {run.name}
            </span>
          ))}
        </span>
      }
    >
      <div className={classes.plot}>
        <LineChart
          id={chart.id}
          label={name}
          plot={plot}
          x="relative"
          cursor={cursor}
          zoomed={zoom !== null}
          onZoom={onZoom}
        />
      </div>
    </Panel>
  );
}
