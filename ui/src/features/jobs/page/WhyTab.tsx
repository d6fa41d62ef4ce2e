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
      <ErrorInLog job={job} process={process} />
      <LastLines job={job} process={process} />
      <AtTheEnd job={job} process={process} />
    </div>
  );
}

interface FromTheLogProps {
  job: JobDetails;
  process: JobProcess;
}

/** The error at the end of a log, with the frames of one's own code; nothing where there is none. */
export function ErrorInLog({ job: { workload }, process }: FromTheLogProps) {
  const workspace = useWorkspace();
  const { data: tail } = useQuery(logTailQuery(workspace, workload.id, process.attempt, process.rank));
  const error = tail === undefined ? null : findError(tail.lines);
  if (tail === undefined || error === null) return null;
  return <ErrorFrames error={error} lines={tail.lines} log={logPage(workspace, workload.id, process)} />;
}

/** The last lines of a log. */
export function LastLines({ job: { workload }, process }: FromTheLogProps) {
  const workspace = useWorkspace();
  const { data: tail } = useQuery(logTailQuery(workspace, workload.id, process.attempt, process.rank));
  if (tail === undefined)
    return <div className={classes.loading} role="status" aria-label="Loading the log" />;
  const shown = tail.lines.slice(-SHOWN_LINES);
  return (
    <Panel
      title="Last lines"
      count={shown.length === 0 ? undefined : formatCount(shown.length)}
      tools={
        <PageLink page={logPage(workspace, workload.id, process)} className={classes.all}>
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
  );
}

function logPage(workspace: string, id: string, { attempt, rank }: JobProcess) {
  return jobPage(workspace, id, { attempt: String(attempt), rank: String(rank), tab: "log" });
}
