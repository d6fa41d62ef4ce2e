import type { Schedule } from "@/api/pipelines/schedules";
import { formatDateTime, formatDuration } from "@/lib/times";
import { useNow } from "@/lib/useNow";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How far away a time is: "in 3h 12m", or "now" where it has come. */
export function Coming({ ms }: { ms: number }) {
  const now = useNow();
  return (
    <time className="tm-number" dateTime={new Date(ms).toISOString()} title={formatDateTime(ms)}>
      {ms <= now
        ? "now"
        : ms - now < MINUTE
          ? `in ${Math.ceil((ms - now) / SECOND)} s`
          : `in ${formatDuration(ms - now)}`}
    </time>
  );
}

/** When a schedule's next run begins, or why none does. */
export function NextRun({ schedule }: { schedule: Schedule }) {
  const [next] = schedule.next_ms;
  if (!schedule.enabled) return "off";
  return next === undefined ? "ended" : <Coming ms={next} />;
}
