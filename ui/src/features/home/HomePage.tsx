import { useQuery } from "@tanstack/react-query";
import { homeQuery } from "@/api/home";
import type { Home } from "@/api/types";
import { ErrorMessage } from "@/lib/Message";
import { formatCount, plural } from "@/lib/numbers";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";
import { FirstSteps } from "./FirstSteps";
import classes from "./HomePage.module.css";
import { MachineStrip } from "./MachineStrip";
import { RecentExperiments } from "./RecentExperiments";
import { RunList } from "./RunList";
import { useHomeJobs } from "./useHomeJobs";

/** What failed, what runs, what one worked on last, and how the machine is. */
export function HomePage() {
  const workspace = useWorkspace();
  const home = useQuery(homeQuery(workspace));
  const jobs = useHomeJobs();
  usePage([{ label: "Home" }]);
  if (home.data === undefined) {
    return home.isError ? (
      <ErrorMessage
        heading="h1"
        title="Home cannot be shown"
        error={home.error}
        onRetry={() => void home.refetch()}
      />
    ) : (
      <h1 className="tm-visually-hidden">Home</h1>
    );
  }
  const { data } = home;
  return (
    <div className={classes.page}>
      <div className={classes.top}>
        <div>
          <h1 className={classes.title}>Home</h1>
          <p className={classes.facts}>{factsOf(data)}</p>
        </div>
        <MachineStrip machine={data.machine} />
      </div>
      {data.runs.total === 0 && !jobs.any ? (
        <FirstSteps origin={window.location.origin} />
      ) : (
        <div className={classes.columns}>
          {data.runs.total === 0 ? (
            <FirstSteps origin={window.location.origin} />
          ) : (
            <RecentExperiments experiments={data.recent} total={data.experiments} />
          )}
          <div className={classes.side}>
            <RunList
              title="Needs attention"
              runs={data.attention}
              jobs={jobs.failed.rows}
              jobsTotal={jobs.failed.total}
              none="Nothing failed in the last 7 days"
              tone={data.attention.length + jobs.failed.total > 0 ? "bad" : "calm"}
            />
            <RunList
              title="Running now"
              runs={data.running}
              none="Nothing is running"
              total={data.runs.running}
              jobs={jobs.running.rows}
              jobsTotal={jobs.running.total}
              tone="calm"
            />
          </div>
        </div>
      )}
    </div>
  );
}

function factsOf({ experiments, runs }: Home): string {
  const parts = [plural(experiments, "experiment"), plural(runs.total, "run")];
  if (runs.running > 0) parts.push(`${formatCount(runs.running)} running`);
  if (runs.failed > 0) parts.push(`${formatCount(runs.failed)} failed`);
  return parts.join(" · ");
}
