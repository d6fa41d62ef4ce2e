import { useMemo, useState } from "react";
import type { MetricSummary, RunDetail, WireNumber } from "@/api/types";
import { isSystemSection } from "@/charts/logic/sections";
import { guessDirection } from "@/lib/bestDirection";
import { CopyButton } from "@/lib/CopyButton";
import { FilterBox, matchesFilter } from "@/lib/FilterBox";
import { byNatural } from "@/lib/natural";
import { formatCount, formatExact, formatNumber, toNumber } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { runPage } from "@/lib/paths";
import { useQueryText } from "@/lib/usePaused";
import { type TableSort, VirtualTable } from "@/lib/VirtualTable";
import { useWorkspace } from "@/lib/workspace";
import classes from "./Overview.module.css";
import { countOf, FILTER_FROM } from "./ParamsPanel";

const COLUMNS = [
  { id: "key", header: "Metric" },
  { id: "last", header: "Last", width: 104, align: "right" as const },
  { id: "min", header: "Min", width: 104, align: "right" as const },
  { id: "max", header: "Max", width: 104, align: "right" as const },
  { id: "step", header: "Last step", width: 84, align: "right" as const },
  { id: "points", header: "Points", width: 84, align: "right" as const },
];

/** Everything the run measured; the better of minimum and maximum stands out where the name gives it away. */
export function MetricsPanel({ run }: { run: RunDetail }) {
  const workspace = useWorkspace();
  const [filter, setFilter] = useQueryText("metrics");
  const [sort, setSort] = useState<TableSort>({ id: "key", descending: false });
  const all = useMemo(
    () => Object.entries(run.metrics).filter(([key]) => !isSystemSection(key)),
    [run.metrics],
  );
  const rows = useMemo(
    () => all.filter(([key]) => matchesFilter(key, filter)).sort(comparer(sort)),
    [all, filter, sort],
  );
  const cell = (row: number, column: number) => {
    const [key, metric] = rows[row] ?? [];
    if (key === undefined || metric === undefined) return null;
    if (column === 0) {
      const page = runPage(workspace, run.experiment_id, run.run_id, "charts");
      return (
        <PageLink
          page={{ ...page, search: { ...page.search, metric: key } }}
          className={classes.link}
          title={key}
        >
          {key}
        </PageLink>
      );
    }
    return <MetricCell metric={metric} column={COLUMNS[column]?.id ?? ""} best={guessDirection(key)} />;
  };
  return (
    <Panel
      title="Metrics"
      count={countOf(rows.length, all.length)}
      flush
      tools={
        <>
          {all.length >= FILTER_FROM && <FilterBox value={filter} onChange={setFilter} what="metrics" />}
          {all.length > 0 && (
            <CopyButton text={JSON.stringify(lastValues(run), null, 2)} what="Metrics as JSON" label="JSON" />
          )}
        </>
      }
    >
      {all.length === 0 ? (
        <p className={classes.empty}>This run has logged no metric.</p>
      ) : (
        <VirtualTable
          label="Metrics"
          columns={COLUMNS}
          count={rows.length}
          cell={cell}
          rowKey={(row) => rows[row]?.[0] ?? row}
          maxHeight="420px"
          sort={sort}
          onSort={setSort}
        />
      )}
    </Panel>
  );
}

function MetricCell({
  metric,
  column,
  best,
}: {
  metric: MetricSummary;
  column: string;
  best: "min" | "max" | null;
}) {
  if (column === "step" || column === "points") return formatCount(metric[column]);
  const value = metric[column as "last" | "min" | "max"];
  return (
    <span className={column === best ? classes.best : undefined} title={formatExact(value)}>
      {formatNumber(value)}
    </span>
  );
}

type Entry = [string, MetricSummary];

function comparer(sort: TableSort): (a: Entry, b: Entry) => number {
  const sign = sort.descending ? -1 : 1;
  if (sort.id === "key") return ([a], [b]) => sign * byNatural(a, b);
  const numberOf = ([, metric]: Entry) =>
    toNumber(metric[sort.id as keyof MetricSummary] as WireNumber | null);
  // NaN is no number to compare with: such rows come last either way.
  return (a, b) => {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y) || byNatural(a[0], b[0]);
  };
}

function lastValues(run: RunDetail): Record<string, WireNumber> {
  return Object.fromEntries(Object.entries(run.metrics).map(([key, metric]) => [key, metric.last]));
}
