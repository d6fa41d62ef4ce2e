import type { ExperimentFields, FieldCount, RunRow } from "@/api/types";
import { guessDirection } from "@/lib/bestDirection";
import { bestAggregate, type Column } from "./columns";

const METRICS_MAX = 4;
const PARAMS_MAX = 4;
const SYSTEM_PREFIX = "system/";

/**
 * The columns of an experiment that nobody has arranged yet: the metrics that most runs have, and the parameters
 * that differ between the runs at hand, since a column of equal values says nothing.
 */
export function defaultColumns(fields: ExperimentFields, runs: readonly RunRow[]): Column[] {
  return [
    { kind: "attributes", key: "start_time" },
    ...telling(fields.metrics).map((key) => ({
      kind: "metrics" as const,
      key,
      aggregate: bestAggregate(key),
    })),
    { kind: "attributes", key: "duration" },
    ...differing(fields.params, runs).map((key) => ({ kind: "params" as const, key })),
  ];
}

function telling(metrics: readonly FieldCount[]): string[] {
  return metrics
    .filter((metric) => !metric.key.startsWith(SYSTEM_PREFIX))
    .sort((a, b) => metricRank(b) - metricRank(a) || b.runs - a.runs || order(a.key, b.key))
    .slice(0, METRICS_MAX)
    .map((metric) => metric.key);
}

/** Held-out metrics whose good direction is known come first. */
function metricRank({ key }: FieldCount): number {
  const heldOut = /(^|[/_.-])(val|valid|validation|eval|test)/i.test(key) ? 2 : 0;
  return heldOut + (guessDirection(key) === null ? 0 : 1);
}

function differing(params: readonly FieldCount[], runs: readonly RunRow[]): string[] {
  const distinct = (key: string) => new Set(runs.map((run) => run.params[key])).size;
  return params
    .map((param) => ({ ...param, distinct: distinct(param.key) }))
    .filter((param) => runs.length < 2 || param.distinct > 1)
    .sort((a, b) => b.runs - a.runs || b.distinct - a.distinct || order(a.key, b.key))
    .slice(0, PARAMS_MAX)
    .map((param) => param.key);
}

function order(a: string, b: string): number {
  return a < b ? -1 : 1;
}
