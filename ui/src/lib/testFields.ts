import type { ExperimentFields, FieldCount } from "@/api/types";

type Key = [key: string, runs: number, varies?: boolean];

/** The fields of an experiment, all of them, for tests. */
export function testFields(metrics: Key[], params: Key[] = [], tags: Key[] = []): ExperimentFields {
  const counts = (keys: Key[]): FieldCount[] =>
    keys.map(([key, runs, varies = false]) => ({ key, runs, varies }));
  return {
    metrics: counts(metrics),
    params: counts(params),
    tags: counts(tags),
    totals: { metrics: metrics.length, params: params.length, tags: tags.length },
    nested: false,
  };
}
