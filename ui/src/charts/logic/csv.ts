import type { XAxis } from "@/api/types";
import { axisName, type Curve } from "./curves";

/** The curves of one metric as CSV, a row per bucket: what the chart was drawn from. */
export function curvesCsv(metric: string, curves: readonly Curve[], x: XAxis): string {
  const unit = x === "step" ? axisName(x) : `${axisName(x)} (ms)`;
  const rows: (string | number)[][] = [["run_id", "run_name", "metric", unit, "mean", "min", "max"]];
  for (const { run, ...curve } of curves) {
    curve.x.forEach((at, i) => {
      rows.push([
        run.runId,
        run.name,
        metric,
        at,
        cell(curve.mean[i]),
        cell(curve.min[i]),
        cell(curve.max[i]),
      ]);
    });
  }
  return toCsv(rows);
}

/** RFC 4180 text of rows. Text that a spreadsheet would run as a formula is led by an apostrophe. */
export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map((value) => escaped(value)).join(",")}\r\n`).join("");
}

function cell(value: number | null | undefined): number | string {
  return value ?? "";
}

function escaped(value: string | number): string {
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
