import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { experimentQuery } from "@/api/experiments";
import { ChartWall } from "@/charts/ChartWall";
import { layout as sizes } from "@/design/tokens";
import { ErrorMessage } from "@/lib/Message";
import { experimentsPage } from "@/lib/paths";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import { useDrawnRuns } from "./charts/useDrawnRuns";
import { ExperimentHead } from "./ExperimentHead";
import classes from "./ExperimentPage.module.css";
import { RunsPane } from "./RunsPane";
import { Split } from "./Split";
import { useExperimentView } from "./view/useExperimentView";

/** An experiment: its runs and their curves on one screen. */
export function ExperimentPage() {
  const { experimentId = "" } = useParams({ strict: false }) as { experimentId?: string };
  const workspace = useWorkspace();
  const experiment = useQuery(experimentQuery(workspace, experimentId));
  const view = useExperimentView(experimentId);
  const drawn = useDrawnRuns(view.search, view.ready, view.state);
  const narrow = useMediaQuery(`(max-width: ${sizes.narrow}px)`) ?? false;
  usePage([
    { label: "Experiments", page: experimentsPage(workspace) },
    { label: experiment.data?.name ?? experimentId },
  ]);
  if (experiment.isError && experiment.data === undefined) {
    return (
      <ErrorMessage
        heading="h1"
        title="This experiment cannot be shown"
        error={experiment.error}
        onRetry={() => void experiment.refetch()}
      />
    );
  }

  // Two panes do not fit a phone: there the split is the table, and charts are a tap away. Nor are there
  // charts of nothing.
  const empty = view.first.data?.total === 0 && view.state.filter === "";
  const layout = view.state.layout === "split" && (narrow || empty) ? "table" : view.state.layout;
  const runs = (
    <RunsPane
      key={experimentId}
      experimentId={experimentId}
      all={experiment.data?.runs.total ?? null}
      view={view}
      drawn={drawn}
      layout={layout}
      narrow={narrow}
    />
  );
  const charts = (
    <section className={classes.charts} aria-labelledby="charts">
      <h2 id="charts" className="tm-visually-hidden">
        Charts
      </h2>
      <ChartWall
        runs={drawn.runs}
        experimentId={experimentId}
        {...(drawn.total !== null && { totalRuns: drawn.total })}
      />
    </section>
  );
  return (
    <div className={classes.page}>
      <ExperimentHead experiment={experiment.data} view={view} layout={layout} narrow={narrow} />
      {layout === "split" && <Split left={runs} right={charts} label="Width of the run table" />}
      {layout === "table" && runs}
      {layout === "charts" && charts}
    </div>
  );
}
