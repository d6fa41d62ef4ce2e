import type { ExperimentRow } from "@/api/types";
import { Card } from "@/lib/Card";
import { formatCount, formatExact, formatNumber, plural } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { experimentPage, experimentsPage, runPage } from "@/lib/paths";
import { TimeAgo } from "@/lib/TimeAgo";
import { useWorkspace } from "@/lib/workspace";
import classes from "./RecentExperiments.module.css";

interface RecentExperimentsProps {
  experiments: readonly ExperimentRow[];
  total: number;
}

/** The experiments worked on last, each with its best run. */
export function RecentExperiments({ experiments, total }: RecentExperimentsProps) {
  const workspace = useWorkspace();
  const all = <PageLink page={experimentsPage(workspace)}>All {formatCount(total)}</PageLink>;
  return (
    <Card title="Recent experiments" aside={all}>
      <ul className={classes.list}>
        {experiments.map((experiment) => (
          <li key={experiment.experiment_id} className={classes.item}>
            <PageLink page={experimentPage(workspace, experiment.experiment_id)} className={classes.name}>
              {experiment.name}
            </PageLink>
            <span className={classes.counts}>
              <Counts experiment={experiment} />
            </span>
            <span className={classes.when}>
              <TimeAgo ms={experiment.last_run_ms ?? experiment.updated_ms} />
            </span>
            <Best experiment={experiment} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Counts({ experiment: { runs } }: { experiment: ExperimentRow }) {
  return (
    <>
      {plural(runs.total, "run")}
      {runs.running > 0 && <b className={classes.running}> · {formatCount(runs.running)} running</b>}
      {runs.failed > 0 && <span className={classes.failed}> · {formatCount(runs.failed)} failed</span>}
    </>
  );
}

function Best({ experiment }: { experiment: ExperimentRow }) {
  const workspace = useWorkspace();
  const { best } = experiment;
  if (best === null) return null;
  return (
    <span className={classes.best}>
      Best {best.metric}{" "}
      <strong className="tm-number" title={formatExact(best.value)}>
        {formatNumber(best.value)}
      </strong>{" "}
      in{" "}
      <PageLink page={runPage(workspace, experiment.experiment_id, best.run_id)} className={classes.bestRun}>
        {best.name}
      </PageLink>
    </span>
  );
}
