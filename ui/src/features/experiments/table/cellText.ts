import type { RunRow } from "@/api/types";
import { formatExact, formatNumber, plural } from "@/lib/numbers";
import { formatAgo, formatDateTime, formatDuration } from "@/lib/times";
import type { AttributeKey, Column } from "../view/columns";

export interface CellText {
  text: string;
  /** Everything there is to know, for hovering. */
  title: string;
}

const MISSING: CellText = { text: "–", title: "" };

/** What a cell shows. `now` is the time in ms, for the duration of runs that go on. */
export function cellText(run: RunRow, column: Column, now: number): CellText {
  switch (column.kind) {
    case "metrics":
      return metricText(run, column.key, column.aggregate);
    case "params":
      return plain(run.params[column.key]);
    case "tags":
      return plain(run.tags[column.key]);
    case "attributes":
      return attributeText(run, column.key, now);
  }
}

/** Numbers stand right, so that their digits line up. */
export function isNumeric(column: Column): boolean {
  return column.kind === "metrics" || (column.kind === "attributes" && column.key === "duration");
}

function metricText(run: RunRow, key: string, aggregate: "last" | "min" | "max"): CellText {
  const metric = run.metrics[key];
  if (metric === undefined) return MISSING;
  const value = metric[aggregate] ?? "NaN";
  const detail = [
    `${aggregate} ${formatExact(value)}`,
    ...(["last", "min", "max"] as const)
      .filter((other) => other !== aggregate)
      .map((other) => `${other} ${formatExact(metric[other])}`),
    `last step ${metric.step}`,
    plural(metric.points, "point"),
  ];
  return { text: formatNumber(value), title: `${key}\n${detail.join("\n")}` };
}

function attributeText(run: RunRow, key: AttributeKey, now: number): CellText {
  switch (key) {
    case "run_name":
      return plain(run.name);
    case "run_id":
      return plain(run.run_id);
    case "start_time":
      return timeText(run.start_ms, now);
    case "end_time":
      return timeText(run.end_ms, now);
    case "duration":
      return durationText(run, now);
    case "status":
      return plain(run.status.toLowerCase());
    case "user_id":
      return plain(run.user ?? undefined);
    case "source":
      return plain(run.source ?? undefined);
    case "datasets":
      return plain(run.datasets.map((dataset) => dataset.name).join(", "));
    case "models":
      return run.model_ids.length === 0 ? MISSING : plain(plural(run.model_ids.length, "model"));
  }
}

function timeText(ms: number | null, now: number): CellText {
  return ms === null ? MISSING : { text: formatAgo(ms, now), title: formatDateTime(ms) };
}

function durationText(run: RunRow, now: number): CellText {
  if (run.start_ms === null) return MISSING;
  const going = run.end_ms === null;
  // A run that failed without an end has no duration that anyone knows.
  if (going && run.status !== "RUNNING") return MISSING;
  // The clock that gives `now` ticks every few seconds, and may be behind the start.
  const span = Math.max(0, (run.end_ms ?? now) - run.start_ms);
  const text = going && span < 1000 ? "0 s" : formatDuration(span);
  return { text, title: `${(span / 1000).toFixed(3)} s${going ? " so far" : ""}` };
}

function plain(text: string | undefined): CellText {
  return text === undefined || text === "" ? MISSING : { text, title: text };
}
