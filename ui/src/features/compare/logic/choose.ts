import { guessDirection } from "@/lib/bestDirection";
import type { Field } from "./fields";

/** Axes drawn before anyone chooses. */
const AXES_MAX = 8;

/** The metric that most likely says how good a run is: of held-out data first, with a known direction. */
export function mainMetric(fields: readonly Field[]): Field | null {
  const metrics = fields.filter((field) => field.kind === "metric" && field.differs);
  const score = (field: Field) =>
    (guessDirection(field.key) === null ? 0 : 2) +
    (/(^|[/_])(val|valid|validation|test|eval)/i.test(field.key) ? 2 : 0) +
    // Only some runs have it: a poor common measure.
    (field.values.includes(null) ? -3 : 0);
  return metrics.reduce<Field | null>(
    (best, one) => (best === null || score(one) > score(best) ? one : best),
    null,
  );
}

/** Fields for parallel coordinates: parameters that differ, then the main metric. */
export function defaultAxes(fields: readonly Field[]): Field[] {
  const metric = mainMetric(fields);
  const params = fields.filter((field) => field.kind === "param" && field.differs).slice(0, AXES_MAX - 1);
  return metric === null ? params : [...params, metric];
}

/** Fields for the scatter plot: the first differing number among the parameters against the main metric. */
export function defaultPair(
  fields: readonly Field[],
  numeric: (field: Field) => boolean,
): [Field | null, Field | null] {
  const y = mainMetric(fields);
  const x =
    fields.find((field) => field.kind === "param" && field.differs && numeric(field)) ??
    fields.find((field) => field.differs && numeric(field) && field !== y) ??
    null;
  return [x, y];
}
