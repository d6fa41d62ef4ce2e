import type { ExperimentFields, FieldCount } from "@/api/types";
import { guessDirection } from "@/lib/bestDirection";
import { bestAggregate, type Column } from "./columns";

const METRICS_MAX = 4;
const PARAMS_MAX = 4;
const SYSTEM_PREFIX = "system/";

/**
 * The columns of an experiment that nobody has arranged yet: the metrics that most runs have, and the parameters
 * that differ between runs, since a column of equal values says nothing. Columns of `before` stay while new fields
 * come, so that nothing moves under one's eyes.
 */
export function defaultColumns(fields: ExperimentFields, before: readonly Column[] = []): Column[] {
  return [
    { kind: "attributes", key: "start_time" },
    ...kept(before, "metrics", telling(fields.metrics), METRICS_MAX).map((key) => ({
      kind: "metrics" as const,
      key,
      aggregate: bestAggregate(key),
    })),
    { kind: "attributes", key: "duration" },
    ...kept(before, "params", differing(fields.params), PARAMS_MAX).map((key) => ({
      kind: "params" as const,
      key,
    })),
  ];
}

/** The same where there is room for one column: a metric rather than the time. */
export function forPhone(columns: readonly Column[]): Column[] {
  const isTime = (column: Column) => column.kind === "attributes" && column.key === "start_time";
  return [...columns.filter((column) => !isTime(column)), ...columns.filter(isTime)];
}

/** The keys of before, then the first new ones that there is room for. */
function kept(
  before: readonly Column[],
  kind: Column["kind"],
  keys: readonly string[],
  most: number,
): string[] {
  const old = before.filter((column) => column.kind === kind).map((column) => column.key);
  return [...new Set([...old, ...keys])].slice(0, most);
}

function telling(metrics: readonly FieldCount[]): string[] {
  return metrics
    .filter((metric) => !metric.key.startsWith(SYSTEM_PREFIX))
    .sort((a, b) => metricRank(b) - metricRank(a) || b.runs - a.runs || order(a.key, b.key))
    .map((metric) => metric.key);
}

/** Held-out metrics whose good direction is known come first. */
function metricRank({ key }: FieldCount): number {
  const heldOut = /(^|[/_.-])(val|valid|validation|eval|test)/i.test(key) ? 2 : 0;
  return heldOut + (guessDirection(key) === null ? 0 : 1);
}

function differing(params: readonly FieldCount[]): string[] {
  return params
    .filter((param) => param.varies || param.runs === 1)
    .sort((a, b) => b.runs - a.runs || order(a.key, b.key))
    .map((param) => param.key);
}

function order(a: string, b: string): number {
  return a < b ? -1 : 1;
}
