const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MISSING = "–";

/** A span in two units at most: "840 ms", "3.2 s", "4m 05s", "2h 10m", "3d 4h". */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return MISSING;
  const span = Math.max(0, ms);
  if (span < SECOND) return `${Math.round(span)} ms`;
  if (span < MINUTE) return `${(Math.floor(span / 100) / 10).toFixed(1)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)}m ${two(Math.floor((span % MINUTE) / SECOND))}s`;
  if (span < DAY) return `${Math.floor(span / HOUR)}h ${two(Math.floor((span % HOUR) / MINUTE))}m`;
  return `${Math.floor(span / DAY)}d ${Math.floor((span % DAY) / HOUR)}h`;
}

/** "just now", "5 min ago", "3 h ago", "2 d ago", then the date. */
export function formatAgo(ms: number | null | undefined, now: number): string {
  if (ms === null || ms === undefined) return MISSING;
  const age = now - ms;
  // Clocks of two machines differ a little.
  if (age < -MINUTE) return formatDate(ms);
  if (age < 45 * SECOND) return "just now";
  if (age < 59.5 * MINUTE) return `${Math.max(1, Math.round(age / MINUTE))} min ago`;
  if (age < DAY) return `${Math.max(1, Math.floor(age / HOUR))} h ago`;
  if (age < 14 * DAY) return `${Math.floor(age / DAY)} d ago`;
  return formatDate(ms);
}

/** Local date: "2026-03-08". */
export function formatDate(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return MISSING;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Local date and time to the second: "2026-03-08 14:03:22". */
export function formatDateTime(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return MISSING;
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return MISSING;
  return `${formatDate(ms)} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(value: number): string {
  return value.toString().padStart(2, "0");
}
