import type { ReactNode } from "react";
import type { JobRow } from "@/api/compute/types";
import { formatUsedCores, resourcesText } from "@/lib/compute/amounts";
import { JobState } from "@/lib/compute/JobState";
import { formatBytes, plural } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { jobPage, jobsPage } from "@/lib/paths";
import { TimeAgo } from "@/lib/TimeAgo";
import { formatDuration } from "@/lib/times";
import type { Selection } from "@/lib/useSelection";
import { useWorkspace } from "@/lib/workspace";
import { ranMs, waitedMs } from "../logic/outcome";
import { reasonText } from "../logic/reasons";
import { ProgressBar } from "../progress/ProgressBar";
import classes from "./JobTable.module.css";

interface JobCellProps {
  column: string;
  job: JobRow;
  now: number;
  selection: Selection;
  narrow: boolean;
  /** The table is of one group: its name need not stand in every row. */
  inGroup: boolean;
}

/** What stands in one cell of the table of jobs. */
export function JobCell({ column, job, now, selection, narrow, inGroup }: JobCellProps): ReactNode {
  switch (column) {
    case "select":
      return (
        <input
          type="checkbox"
          aria-label={`Select ${job.name}`}
          checked={selection.has(job.id)}
          onChange={(event) => selection.set([job.id], event.currentTarget.checked)}
        />
      );
    case "name":
      return <Name job={job} inGroup={inGroup} />;
    case "state":
      return <State job={job} now={now} narrow={narrow} />;
    case "kind":
      return job.kind;
    case "asks":
      return (
        <Two
          over={resourcesText(job.resources)}
          under={job.replicas > 1 ? `× ${plural(job.replicas, "process", "processes")}` : null}
        />
      );
    case "waited":
      return <Span ms={waitedMs(job, now)} />;
    case "ran":
      return <Span ms={ranMs(job, now)} />;
    case "uses":
      return <Uses job={job} />;
    case "attempt":
      return <span className="tm-number">{attemptText(job)}</span>;
    case "priority":
      return <span className={job.priority === 0 ? classes.dim : undefined}>{job.priority}</span>;
    case "owner":
      return job.owner;
    case "created":
      return <TimeAgo ms={job.created_ms} />;
    default:
      return null;
  }
}

function Name({ job, inGroup }: { job: JobRow; inGroup: boolean }) {
  const workspace = useWorkspace();
  return (
    <span className={classes.two}>
      <span>
        <PageLink page={jobPage(workspace, job.id)} className={classes.name} title={job.name}>
          {job.name}
        </PageLink>
        {job.group !== "" && !inGroup && (
          <PageLink
            page={jobsPage(workspace, { group: job.group })}
            className={classes.group}
            title={`Group ${job.group}`}
          >
            {job.group}
          </PageLink>
        )}
      </span>
      <span className={classes.command} title={job.what}>
        {job.what}
      </span>
    </span>
  );
}

function State({ job, now, narrow }: { job: JobRow; now: number; narrow: boolean }) {
  const reason = reasonText(job);
  if (job.progress !== null && job.state === "running") {
    const bar = <ProgressBar progress={job.progress} name={job.name} compact />;
    return <Two over={<JobState state={job.state} />} under={bar} />;
  }
  const time = narrow ? formatDuration(ranMs(job, now) ?? waitedMs(job, now)) : "";
  return <Two over={<JobState state={job.state} />} under={narrow ? time : reason} title={reason} />;
}

/** What it uses of what it asked for, while that is known. */
function Uses({ job: { use, state } }: { job: JobRow }) {
  if (use === null || state !== "running") return <span className={classes.dim}>–</span>;
  return (
    <Two
      over={use.cpu_milli === null ? "–" : `${formatUsedCores(use.cpu_milli)} cpu`}
      under={use.memory_bytes === null ? null : formatBytes(use.memory_bytes)}
    />
  );
}

function Two({ over, under, title }: { over: ReactNode; under: ReactNode; title?: string }) {
  return (
    <span className={classes.two} title={title}>
      <span>{over}</span>
      {under !== null && under !== "" && <span className={classes.under}>{under}</span>}
    </span>
  );
}

function Span({ ms }: { ms: number | null }) {
  return <span className={ms === null ? classes.dim : "tm-number"}>{formatDuration(ms)}</span>;
}

function attemptText({ attempt, most_attempts: most }: JobRow): string {
  if (attempt === 0) return most === 1 ? "–" : `0 of ${most ?? "∞"}`;
  return most === null ? String(attempt) : `${attempt} of ${Math.max(most, attempt)}`;
}
