import type { JobRow } from "@/api/compute/types";
import type { RunRow } from "@/api/types";
import { guessDirection } from "@/lib/bestDirection";
import { Card } from "@/lib/Card";
import { formatCount, formatExact, formatNumber } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { runPage } from "@/lib/paths";
import { StatusIcon } from "@/lib/StatusIcon";
import { TimeAgo } from "@/lib/TimeAgo";
import { formatDuration } from "@/lib/times";
import { useNow } from "@/lib/useNow";
import { useWorkspace } from "@/lib/workspace";
import { JobItem } from "./JobItem";
import classes from "./RunList.module.css";

interface RunListProps {
  title: string;
  runs: readonly RunRow[];
  /** What to say of an empty list. */
  none: string;
  /** Jobs of the same kind; they stand before the runs. */
  jobs?: readonly JobRow[];
  /** How many runs there are, when the list may be shorter. */
  total?: number;
  jobsTotal?: number;
  tone: "calm" | "bad";
}

/** A few runs and jobs, each one click away. */
export function RunList(props: RunListProps) {
  const { title, runs, none, jobs = [], tone } = props;
  const shown = runs.length + jobs.length;
  const total = (props.total ?? runs.length) + (props.jobsTotal ?? jobs.length);
  const count = total > shown ? `${shown} of ${formatCount(total)}` : formatCount(total);
  return (
    <Card title={title} tone={tone} aside={total > 0 && <span className="tm-number">{count}</span>}>
      {shown === 0 ? (
        <p className={classes.none}>{none}</p>
      ) : (
        <ul className={classes.list}>
          {jobs.map((job) => (
            <JobItem key={job.id} job={job} />
          ))}
          {runs.map((run) => (
            <Item key={run.run_id} run={run} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Item({ run }: { run: RunRow }) {
  const workspace = useWorkspace();
  const now = useNow();
  const running = run.status === "RUNNING";
  return (
    <li className={classes.item}>
      <StatusIcon status={run.status} />
      <PageLink page={runPage(workspace, run.experiment_id, run.run_id)} className={classes.name}>
        {run.name}
      </PageLink>
      <span className={classes.when}>
        {running && run.start_ms !== null ? (
          <span className="tm-number" title="Running for">
            {formatDuration(now - run.start_ms)}
          </span>
        ) : (
          <TimeAgo ms={run.end_ms ?? run.start_ms} />
        )}
      </span>
      <span className={classes.detail}>
        {run.experiment_name}
        {running && <Headline run={run} />}
      </span>
    </li>
  );
}

/** The one number that says most about a run that goes on. */
function Headline({ run }: { run: RunRow }) {
  const keys = Object.keys(run.metrics).filter((key) => !key.startsWith("system/"));
  const key = keys.find((one) => guessDirection(one) !== null) ?? keys[0];
  const metric = key === undefined ? undefined : run.metrics[key];
  if (metric === undefined) return null;
  return (
    <span className="tm-number" title={formatExact(metric.last)}>
      {" "}
      · {key} {formatNumber(metric.last)} at step {formatCount(metric.step)}
    </span>
  );
}
