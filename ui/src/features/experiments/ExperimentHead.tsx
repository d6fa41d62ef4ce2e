import type { ExperimentRow } from "@/api/types";
import { plural } from "@/lib/numbers";
import { Segmented } from "@/lib/Segmented";
import { TimeAgo } from "@/lib/TimeAgo";
import { ExperimentMenu } from "./ExperimentMenu";
import classes from "./ExperimentPage.module.css";
import type { ExperimentView } from "./view/useExperimentView";
import type { Layout } from "./view/viewState";

interface ExperimentHeadProps {
  /** Absent while it loads. */
  experiment: ExperimentRow | undefined;
  view: ExperimentView;
  layout: Layout;
  narrow: boolean;
}

const LAYOUTS: { value: Layout; label: string }[] = [
  { value: "table", label: "Runs" },
  { value: "split", label: "Both" },
  { value: "charts", label: "Charts" },
];

/** The experiment's name, what is in it, and which panes show. */
export function ExperimentHead({ experiment, view, layout, narrow }: ExperimentHeadProps) {
  return (
    <div className={classes.head}>
      <h1 className={classes.title} title={experiment?.name}>
        {experiment?.name ?? "Experiment"}
      </h1>
      <div className={classes.facts}>{experiment !== undefined && <Facts experiment={experiment} />}</div>
      <Segmented
        label="Panes"
        options={narrow ? LAYOUTS.filter(({ value }) => value !== "split") : LAYOUTS}
        value={layout}
        onChange={(value) => view.change({ layout: value })}
      />
      {experiment !== undefined && <ExperimentMenu experiment={experiment} view={view} />}
    </div>
  );
}

function Facts({ experiment }: { experiment: ExperimentRow }) {
  const { runs } = experiment;
  return (
    <>
      {experiment.lifecycle_stage === "deleted" && <span className={classes.deleted}>Deleted · </span>}
      {plural(runs.total, "run")}
      {runs.running > 0 && (
        <>
          {" "}
          · <b>{runs.running} running</b>
        </>
      )}
      {runs.failed > 0 && ` · ${runs.failed} failed`}
      {experiment.last_run_ms !== null && (
        <>
          {" "}
          · last <TimeAgo ms={experiment.last_run_ms} />
        </>
      )}
    </>
  );
}
