import type { XAxis } from "@/api/types";
import { formatCount, formatNumber } from "@/lib/numbers";
import { formatDateTime } from "@/lib/times";
import type { Curve } from "./curves";
import type { RunReading } from "./readings";
import { elapsedLabel } from "./timeTicks";

/** An axis value in words: "step 1,200", "2026-03-08 14:03:22", "1m30s". */
export function axisValue(x: XAxis, value: number): string {
  if (x === "time") return formatDateTime(value);
  if (x === "relative") return elapsedLabel(Math.round(value));
  return `step ${formatNumber(value)}`;
}

/** How much data a chart shows and how it was reduced: "2 of 10 runs · 12,000 points in 640 buckets". */
export function dataLine(curves: readonly Curve[], runCount: number, buckets: number): string {
  const points = curves.reduce((sum, curve) => sum + curve.points, 0);
  const binned = curves.some((curve) => curve.points > curve.x.length);
  const runs =
    curves.length === runCount
      ? `${formatCount(runCount)} ${runCount === 1 ? "run" : "runs"}`
      : `${formatCount(curves.length)} of ${formatCount(runCount)} runs`;
  const amount = `${formatCount(points)} ${points === 1 ? "point" : "points"}`;
  return `${runs} · ${amount}${binned ? ` in ${formatCount(buckets)} buckets` : ""}`;
}

/** What a screen reader says about the cursor: the largest values first, not more than a few. */
export function spoken(x: XAxis, at: number, readings: readonly RunReading[]): string {
  const shown = readings.slice(0, 5).map((reading) => `${reading.run.name} ${formatNumber(reading.value)}`);
  const more = readings.length > shown.length ? `, and ${readings.length - shown.length} more` : "";
  return `${axisValue(x, at)}: ${shown.join(", ")}${more}`;
}
