import { lazy, Suspense, useMemo } from "react";
import { ErrorMessage, Message } from "@/lib/Message";
import { plural } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { experimentPage, experimentsPage } from "@/lib/paths";
import { useQueryState } from "@/lib/queryState";
import { useRunColors } from "@/lib/runColors";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import classes from "./ComparePage.module.css";
import { buildFields, type MetricValue } from "./logic/fields";
import { RunChips } from "./RunChips";
import { DifferencesPanel } from "./table/DifferencesPanel";
import { type Compared, useCompared } from "./useCompared";
import { readView, ViewTabs } from "./ViewTabs";

const CurvesView = lazy(() => import("./CurvesView"));
const ParallelView = lazy(() => import("./relations/ParallelView"));
const ScatterView = lazy(() => import("./relations/ScatterView"));
const CodeView = lazy(() => import("./CodeView"));

/** Any runs of the workspace side by side: what differs first, then the curves. */
export function ComparePage() {
  const workspace = useWorkspace();
  const compared = useCompared();
  const { runs, ids } = compared;
  const [first] = runs;
  const oneExperiment = first !== undefined && runs.every((run) => run.experiment_id === first.experiment_id);
  const trail = [
    { label: "Experiments", page: experimentsPage(workspace) },
    ...(oneExperiment
      ? [{ label: first.experiment_name, page: experimentPage(workspace, first.experiment_id) }]
      : []),
    { label: `Compare ${plural(ids.length, "run")}` },
  ];
  usePage(trail);

  if (compared.error) {
    return (
      <ErrorMessage title="The runs could not be loaded" error={compared.error} onRetry={compared.retry} />
    );
  }
  if (ids.length === 0) {
    return (
      <Message title="Nothing to compare">
        <p>Choose runs in an experiment's table and press “c”, or open a link to a comparison.</p>
        <PageLink page={experimentsPage(workspace)}>Go to the experiments</PageLink>
      </Message>
    );
  }
  if (compared.loading) return <div role="status" aria-label="Loading the runs" />;
  return <Comparison compared={compared} />;
}

function Comparison({ compared }: { compared: Compared }) {
  const { runs, missing } = compared;
  const [query] = useQueryState();
  const value = readMetricValue(query.value);
  const styles = useRunColors(useMemo(() => runs.map((run) => run.run_id), [runs]));
  const fields = useMemo(() => buildFields(runs, value), [runs, value]);
  const view = readView(query.view);
  return (
    <div className={classes.page}>
      <h1 className="tm-visually-hidden">Compare {plural(runs.length, "run")}</h1>
      <RunChips compared={compared} styles={styles} />
      {compared.left > 0 && (
        <p className={classes.missing} role="status">
          The first {runs.length} runs of this link are compared; {compared.left} are left out.
        </p>
      )}
      {missing.length > 0 && (
        <p className={classes.missing} role="status">
          {plural(missing.length, "run")} of this link {missing.length === 1 ? "is" : "are"} not there:{" "}
          <code>{missing.slice(0, 3).join(", ")}</code>
          {missing.length > 3 && ` and ${missing.length - 3} more`}
        </p>
      )}
      {runs.length > 0 && (
        <>
          <DifferencesPanel runs={runs} fields={fields} styles={styles} metricValue={value} />
          <ViewTabs view={view} />
          <div role="tabpanel" id={`panel-${view}`} aria-labelledby={`tab-${view}`} className={classes.view}>
            <Suspense fallback={<div role="status" aria-label="Loading" />}>
              {view === "curves" && <CurvesView runs={runs} styles={styles} />}
              {view === "parallel" && <ParallelView runs={runs} fields={fields} styles={styles} />}
              {view === "scatter" && <ScatterView runs={runs} fields={fields} styles={styles} />}
              {view === "code" && <CodeView runs={runs} styles={styles} />}
            </Suspense>
          </div>
        </>
      )}
    </div>
  );
}

function readMetricValue(text: string | undefined): MetricValue {
  return text === "min" || text === "max" ? text : "last";
}
