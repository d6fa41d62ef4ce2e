import type { ScheduleTime } from "@/api/pipelines/schedules";
import { plural } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { pipelineRunPage } from "@/lib/paths";
import { formatDateTime, formatDuration } from "@/lib/times";
import { useWorkspace } from "@/lib/workspace";
import { grouped } from "../logic/occurrences";
import { Outcome } from "./Outcome";
import classes from "./ScheduleTimes.module.css";

/** What the latest times of a schedule came to: their runs, or why there is none. */
export function ScheduleTimes({ times }: { times: readonly ScheduleTime[] }) {
  const workspace = useWorkspace();
  return (
    <ul className={classes.times}>
      {grouped(times).map(({ time, more, sinceMs }) => (
        <li key={time.due_ms}>
          <time className="tm-number" dateTime={new Date(time.due_ms).toISOString()}>
            {formatDateTime(time.due_ms)}
          </time>
          <Outcome time={time} />
          {time.run_state === "" ? (
            <span className={classes.error} title={time.error}>
              {time.error}
              {more > 0 && `\nand ${plural(more, "time")} more since ${formatDateTime(sinceMs)}`}
            </span>
          ) : (
            <PageLink page={pipelineRunPage(workspace, time.run_id)}>{time.run_name}</PageLink>
          )}
          <span className={classes.took}>
            {time.run_finished_ms !== null && formatDuration(time.run_finished_ms - time.at_ms)}
          </span>
        </li>
      ))}
    </ul>
  );
}
