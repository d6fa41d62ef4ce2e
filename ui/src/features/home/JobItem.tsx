import type { JobRow } from "@/api/compute/types";
import { JobState } from "@/lib/compute/JobState";
import { PageLink } from "@/lib/PageLink";
import { jobPage } from "@/lib/paths";
import { TimeAgo } from "@/lib/TimeAgo";
import { formatDuration } from "@/lib/times";
import { useNow } from "@/lib/useNow";
import { useWorkspace } from "@/lib/workspace";
import classes from "./RunList.module.css";

/** A job that runs, with how long; or one that failed, with how. */
export function JobItem({ job }: { job: JobRow }) {
  const workspace = useWorkspace();
  const now = useNow();
  return (
    <li className={classes.item}>
      <JobState state={job.state} iconOnly />
      <PageLink page={jobPage(workspace, job.id)} className={classes.name}>
        {job.name}
      </PageLink>
      <span className={classes.when}>
        {job.ended_ms === null ? (
          <span className="tm-number" title="Running for">
            {formatDuration(now - (job.started_ms ?? job.created_ms))}
          </span>
        ) : (
          <TimeAgo ms={job.ended_ms} />
        )}
      </span>
      <span className={classes.detail}>
        {job.kind} · {job.ended_ms === null ? job.what : job.reason}
      </span>
    </li>
  );
}
