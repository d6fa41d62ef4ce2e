import { CalendarClock } from "lucide-react";
import { PageLink } from "@/lib/PageLink";
import { schedulesPage } from "@/lib/paths";
import { formatDateTime } from "@/lib/times";
import { useWorkspace } from "@/lib/workspace";
import classes from "./ScheduleMark.module.css";

interface ScheduleMarkProps {
  scheduleId: string;
  /** The time that the run began for. */
  dueMs: number | null | undefined;
}

/** The way from a run to the schedule that began it. */
export function ScheduleMark({ scheduleId, dueMs }: ScheduleMarkProps) {
  const workspace = useWorkspace();
  return (
    <PageLink
      page={schedulesPage(workspace, scheduleId)}
      className={classes.mark}
      aria-label="Its schedule"
      title={`Begun by its schedule, for ${formatDateTime(dueMs)}`}
    >
      <CalendarClock size={13} aria-hidden />
    </PageLink>
  );
}
