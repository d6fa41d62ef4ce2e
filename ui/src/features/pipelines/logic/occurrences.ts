import type { ScheduleTime } from "@/api/pipelines/schedules";

/** A time, and how many before it could not begin for the same reason. */
export interface Grouped {
  readonly time: ScheduleTime;
  readonly more: number;
  /** The earliest of them. */
  readonly sinceMs: number;
}

/** Times without the repetitions of one reason: the latest first, as they come. */
export function grouped(times: readonly ScheduleTime[]): Grouped[] {
  const groups: Grouped[] = [];
  for (const time of times) {
    const last = groups.at(-1);
    if (last !== undefined && time.error !== "" && last.time.error === time.error) {
      groups[groups.length - 1] = { time: last.time, more: last.more + 1, sinceMs: time.due_ms };
    } else {
      groups.push({ time, more: 0, sinceMs: time.due_ms });
    }
  }
  return groups;
}
