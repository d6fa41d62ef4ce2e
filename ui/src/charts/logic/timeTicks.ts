import { niceTicks } from "./ticks";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Spans that read well on an axis, in ms. */
const SPANS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 365].map((n) => n * DAY),
];

/** Ticks of a wall-clock axis (ms since the epoch) at round local times, with their labels. */
export function clockTicks(lo: number, hi: number, count: number): { ticks: number[]; labels: string[] } {
  const span = spanFor((hi - lo) / count);
  const ticks = span < SECOND ? niceTicks(lo, hi, count) : roundLocal(lo, hi, span);
  return { ticks, labels: ticks.map((tick) => clockLabel(tick, span)) };
}

/** Ticks of an axis that counts from the run's start (ms), with their labels. */
export function elapsedTicks(lo: number, hi: number, count: number): { ticks: number[]; labels: string[] } {
  const span = spanFor((hi - lo) / count);
  const ticks: number[] = [];
  if (span < SECOND) ticks.push(...niceTicks(lo, hi, count));
  else for (let n = Math.ceil(lo / span); n * span <= hi && ticks.length < 100; n += 1) ticks.push(n * span);
  return { ticks, labels: ticks.map(elapsedLabel) };
}

/** "0", "250ms", "30s", "5m", "1h30m", "2d6h": as short as it stays exact. */
export function elapsedLabel(ms: number): string {
  if (ms === 0) return "0";
  if (Math.abs(ms) < SECOND) return `${Number(ms.toPrecision(4))}ms`;
  const sign = ms < 0 ? "−" : "";
  let rest = Math.abs(ms);
  let text = "";
  for (const [size, unit] of [
    [DAY, "d"],
    [HOUR, "h"],
    [MINUTE, "m"],
  ] as const) {
    const whole = Math.floor(rest / size);
    if (whole > 0) text += `${whole}${unit}`;
    rest -= whole * size;
  }
  if (rest > 0) text += `${Number((rest / SECOND).toFixed(3))}s`;
  return sign + text;
}

function spanFor(rough: number): number {
  if (rough <= SECOND / 2) return rough;
  return SPANS.find((span) => span >= rough) ?? Math.ceil(rough / (365 * DAY)) * 365 * DAY;
}

function roundLocal(lo: number, hi: number, span: number): number[] {
  const offset = new Date(lo).getTimezoneOffset() * MINUTE;
  const ticks: number[] = [];
  for (let at = Math.ceil((lo - offset) / span) * span + offset; at <= hi && ticks.length < 100; at += span) {
    ticks.push(at);
  }
  return ticks;
}

const day = new Intl.DateTimeFormat("en", { month: "short", day: "numeric" });

function clockLabel(ms: number, span: number): string {
  const date = new Date(ms);
  const midnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
  if (span >= DAY || (midnight && span >= MINUTE)) return day.format(date);
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (span >= MINUTE) return minutes;
  const seconds = `${minutes}:${two(date.getSeconds())}`;
  return span >= SECOND ? seconds : `${seconds}.${date.getMilliseconds().toString().padStart(3, "0")}`;
}

function two(value: number): string {
  return value.toString().padStart(2, "0");
}
