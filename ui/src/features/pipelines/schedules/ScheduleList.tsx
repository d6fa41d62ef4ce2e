import type { Schedule } from "@/api/pipelines/schedules";
import { OnOff } from "@/lib/OnOff";
import { PageLink } from "@/lib/PageLink";
import { schedulesPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import { NextRun } from "./Coming";
import { Outcome } from "./Outcome";
import classes from "./ScheduleList.module.css";

interface ScheduleListProps {
  schedules: readonly Schedule[];
  /** An id. */
  chosen: string;
  onSwitch: (schedule: Schedule, on: boolean) => void;
}

/** Every schedule: when it runs next, what its last time came to, and its switch. */
export function ScheduleList({ schedules, chosen, onSwitch }: ScheduleListProps) {
  const workspace = useWorkspace();
  return (
    <ul className={classes.list} aria-label="Schedules">
      {schedules.map((schedule) => (
        <li key={schedule.id} data-chosen={schedule.id === chosen || undefined}>
          <PageLink
            page={schedulesPage(workspace, schedule.id)}
            className={classes.item}
            aria-current={schedule.id === chosen ? "true" : undefined}
          >
            <span className={classes.name}>{schedule.name}</span>
            <span className={classes.next}>
              <NextRun schedule={schedule} />
            </span>
            <span className={classes.words}>{schedule.words}</span>
            <span className={classes.last}>
              {schedule.last === null ? "no run yet" : <Outcome time={schedule.last} />}
            </span>
          </PageLink>
          <OnOff
            on={schedule.enabled}
            label={`${schedule.name} is on`}
            onChange={(on) => onSwitch(schedule, on)}
          />
        </li>
      ))}
    </ul>
  );
}
