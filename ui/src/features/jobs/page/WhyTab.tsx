import { useQuery } from "@tanstack/react-query";
import { logTailQuery } from "@/api/compute/logs";
import type { JobDetails, JobProcess } from "@/api/compute/types";
import { formatCount } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { jobPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import { AnsiText } from "../log/AnsiText";
import { decisive, outcomeWords, processesOf } from "../logic/outcome";
import { findError } from "../logic/traceback";
import { AtTheEnd } from "./AtTheEnd";
import { ErrorFrames } from "./ErrorFrames";
import classes from "./WhyTab.module.css";

const SHOWN_LINES = 20;

/** Why a job failed: how it ended, where in one's own code, the last lines, and what it held at that moment. */
export function WhyTab({ job }: { job: JobDetails }) {
  const { workload, spec } = job;
  const processes = processesOf(job, workload.attempt);
  const process = decisive(processes);
  if (process === undefined) {
    return (
      <div className={classes.headline} role="status">
        <h2>It never started</h2>
        <p>{workload.reason}</p>
      </div>
    );
  }
  const words = outcomeWords(process, workload.resources, spec.timeout_s ?? null);
  return (
    <div className={classes.why}>
      <div className={classes.headline}>
        <h2>{words?.title ?? "Failed"}</h2>
        <p>
          {processes.length > 1 &&
            `Process ${process.rank} of ${processes.length} was the first that failed; the others were stopped. `}
          {words?.detail}
        </p>
      </div>
      <FromTheLog job={job} process={process} />
      <AtTheEnd job={job} process={process} />
    </div>
  );
}

function FromTheLog({ job: { workload }, process }: { job: JobDetails; process: JobProcess }) {
  const workspace = useWorkspace();
  const { data: tail } = useQuery(logTailQuery(workspace, workload.id, process.attempt, process.rank));
  if (tail === undefined)
    return <div className={classes.loading} role="status" aria-label="Loading the log" />;
  const error = findError(tail.lines);
  const shown = tail.lines.slice(-SHOWN_LINES);
  const where = { attempt: String(process.attempt), rank: String(process.rank), tab: "log" };
  const log = jobPage(workspace, workload.id, where);
  return (
    <>
      {error !== null && <ErrorFrames error={error} lines={tail.lines} log={log} />}
      <Panel
        title="Last lines"
        count={shown.length === 0 ? undefined : formatCount(shown.length)}
        tools={
          <PageLink page={log} className={classes.all}>
            Whole log
          </PageLink>
        }
        flush
      >
        {shown.length === 0 ? (
          <p className={classes.silent}>It wrote nothing before it ended.</p>
        ) : (
          <pre className={classes.lines}>
            {shown.map((line) => (
              <div key={line.offset} data-stream={line.stream}>
                <AnsiText text={line.text} />
              </div>
            ))}
          </pre>
        )}
      </Panel>
    </>
  );
}
