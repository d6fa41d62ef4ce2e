import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { fieldsQuery, NO_FIELDS } from "@/api/experiments";
import type { ExperimentFields } from "@/api/types";
import { Message } from "@/lib/Message";
import { formatCount, plural } from "@/lib/numbers";
import { useFields } from "@/lib/useFields";
import { useWorkspace } from "@/lib/workspace";
import { ChartSection } from "./ChartSection";
import { ChartSlot } from "./ChartSlot";
import classes from "./ChartWall.module.css";
import { ControlStrip } from "./ControlStrip";
import { CursorStore } from "./cursor";
import type { ChartRun } from "./logic/curves";
import { isSystemSection, searchKeys, shortName } from "./logic/sections";
import { layOut, type WallSection } from "./logic/wallMetrics";
import { toggledIn } from "./logic/wallState";
import { useWall } from "./useWall";

export type { ChartRun } from "./logic/curves";

export interface ChartWallProps {
  runs: readonly ChartRun[];
  /** Where the metrics' names come from when `metricKeys` does not say. */
  experimentId?: string | null;
  /** The metrics to show; see `metricsOf`. */
  metricKeys?: readonly string[];
  /** Which of them have one value a run, as far as that is known before they are loaded. */
  singleKeys?: ReadonlySet<string>;
  /** How many runs there are, when only some of them are shown. */
  totalRuns?: number;
  /** Which section to leave out or to show alone: the run page has its own tab for system metrics. */
  system?: "last" | "only" | "none";
}

const PINNED = "Pinned";
const NO_SINGLES: ReadonlySet<string> = new Set();

/** Every metric of the given runs at once, in sections by prefix, with one set of controls. */
export function ChartWall({
  runs,
  experimentId = null,
  metricKeys,
  singleKeys = NO_SINGLES,
  totalRuns,
  system = "last",
}: ChartWallProps) {
  const workspace = useWorkspace();
  const [state, change] = useWall();
  const [cursor] = useState(() => new CursorStore());
  const fields = useQuery({
    ...fieldsQuery(workspace, experimentId ?? ""),
    enabled: metricKeys === undefined && experimentId !== null,
  });
  // Of thousands of metrics only the first are at hand: the others are there when they are searched for.
  const matching = useFields(experimentId ?? "", "active", fields.data ?? NO_FIELDS, state.search);
  const known = useMemo(
    () => metricKeys ?? keysOf(fields.data ?? NO_FIELDS, matching),
    [metricKeys, fields.data, matching],
  );
  const all = useMemo(() => bySystem(known, system), [known, system]);
  const total = Math.max(all.length, system === "last" ? (fields.data?.totals.metrics ?? 0) : 0);
  const found = useMemo(() => searchKeys(all, state.search), [all, state.search]);
  const pinned = state.pinned.filter((key) => found.includes(key));
  const sections = useMemo(
    () =>
      layOut(
        found.filter((key) => !state.pinned.includes(key)),
        singleKeys,
      ),
    [found, state.pinned, singleKeys],
  );

  const onPin = useCallback(
    (metric: string) => change({ pinned: toggledIn(state.pinned, metric) }),
    [change, state.pinned],
  );

  if (runs.length === 0) return <Message title="No run is shown">Choose runs to see their curves.</Message>;
  if (all.length === 0) return <NoMetrics loading={fields.isLoading} error={fields.error} />;

  const card = (key: string, title: string) => (
    <ChartSlot
      key={key}
      metric={key}
      title={title}
      runs={runs}
      state={state}
      onChange={change}
      cursor={cursor}
      single={singleKeys.has(key)}
      pinned={state.pinned.includes(key)}
      onPin={onPin}
    />
  );
  const section = ({ name, keys }: WallSection) => (
    <ChartSection
      key={name}
      name={name}
      count={keys.length}
      columns={state.columns}
      open={name === null || (system === "last" && isSystemSection(name)) === state.toggled.includes(name)}
      onToggle={() => name !== null && change({ toggled: toggledIn(state.toggled, name) })}
    >
      {keys.map((key) => card(key, name === PINNED || name === null ? key : shortName(key)))}
    </ChartSection>
  );

  return (
    <div className={classes.wall}>
      <ControlStrip state={state} onChange={change} total={total} found={found.length} />
      {pinned.length > 0 && section({ name: PINNED, keys: pinned })}
      {sections.map(section)}
      {found.length === 0 && <Message title="No metric matches">Nothing is called “{state.search}”.</Message>}
      <p className={classes.footer}>{summary(runs.length, totalRuns, total)}</p>
    </div>
  );
}

function NoMetrics({ loading, error }: { loading: boolean; error: unknown }) {
  if (loading) return <div role="status" aria-label="Loading metrics" className={classes.loading} />;
  if (error) throw error;
  return (
    <Message title="No metrics yet">
      <p>Curves appear here while a run logs, for example with</p>
      <p>
        <code>mlflow.log_metric("loss", 0.25, step=1)</code>
      </p>
    </Message>
  );
}

function keysOf(...fields: ExperimentFields[]): string[] {
  return [...new Set(fields.flatMap(({ metrics }) => metrics.map((metric) => metric.key)))];
}

function bySystem(keys: readonly string[], system: "last" | "only" | "none"): readonly string[] {
  if (system === "last") return keys;
  return keys.filter((key) => isSystemSection(key) === (system === "only"));
}

function summary(shown: number, total: number | undefined, metrics: number): string {
  const runs =
    total === undefined || total === shown
      ? plural(shown, "run")
      : `${formatCount(shown)} of ${plural(total, "run")}`;
  return `${runs} · ${plural(metrics, "metric")} · drag to zoom, double click to reset, arrow keys to read`;
}
