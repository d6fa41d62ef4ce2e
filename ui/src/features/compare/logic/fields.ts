import type { RunRow } from "@/api/types";
import { isSystemSection } from "@/charts/logic/sections";
import { byNatural } from "@/lib/natural";
import { toNumber } from "@/lib/numbers";

export type FieldKind = "param" | "metric" | "tag" | "attribute";
export type MetricValue = "last" | "min" | "max";

/** Null where a run does not have the field. */
export type FieldValue = string | number | null;

/** One thing that runs can differ in, with its value in every run. */
export interface Field {
  /** Unique among all fields: "param lr". */
  readonly id: string;
  readonly kind: FieldKind;
  readonly key: string;
  readonly values: readonly FieldValue[];
  readonly differs: boolean;
}

/** Every field of the given runs: parameters, metrics, attributes, tags; each kind by name. */
export function buildFields(runs: readonly RunRow[], metricValue: MetricValue): Field[] {
  const params = collect(
    runs,
    "param",
    (run) => run.params,
    (value) => value,
  );
  const metrics = collect(
    runs,
    "metric",
    (run) => run.metrics,
    (metric) => {
      const value = metric[metricValue];
      return value === null ? null : toNumber(value);
    },
  );
  const tags = collect(
    runs,
    "tag",
    (run) => run.tags,
    (value) => value,
  ).filter((field) => !isNoise(field.key));
  return [...params, ...metrics.filter((field) => !isSystemSection(field.key)), ...attributes(runs), ...tags];
}

/** A field's values as numbers, where it has any: parameters are texts that often hold numbers. */
export function numbersOf(field: Field): (number | null)[] {
  return field.values.map((value) => {
    if (typeof value === "number") return Number.isFinite(value) ? value : null;
    if (value === null || value.trim() === "") return null;
    const number = Number(value);
    return Number.isFinite(number) ? number : null;
  });
}

/** Whether all values that are there are numbers. */
export function isNumericField(field: Field): boolean {
  const numbers = numbersOf(field);
  return (
    numbers.some((n) => n !== null) && field.values.every((value, i) => value === null || numbers[i] !== null)
  );
}

function collect<T>(
  runs: readonly RunRow[],
  kind: FieldKind,
  mapOf: (run: RunRow) => Readonly<Record<string, T>>,
  readItem: (item: T) => FieldValue,
): Field[] {
  const keys = [...new Set(runs.flatMap((run) => Object.keys(mapOf(run))))].sort(byNatural);
  return keys.map((key) => {
    const values = runs.map((run) => {
      const item = Object.hasOwn(mapOf(run), key) ? mapOf(run)[key] : undefined;
      return item === undefined ? null : readItem(item);
    });
    return toField(kind, key, values);
  });
}

function attributes(runs: readonly RunRow[]): Field[] {
  const read: [string, (run: RunRow) => FieldValue][] = [
    ["status", (run) => run.status.toLowerCase()],
    ["duration", (run) => (run.start_ms === null || run.end_ms === null ? null : run.end_ms - run.start_ms)],
    ["experiment", (run) => run.experiment_name],
    ["user", (run) => run.user],
    ["source", (run) => run.source],
    ["data", (run) => run.datasets.map((dataset) => `${dataset.name}@${dataset.digest}`).join(", ") || null],
  ];
  return read.map(([key, value]) => toField("attribute", key, runs.map(value)));
}

function toField(kind: FieldKind, key: string, values: readonly FieldValue[]): Field {
  const [first] = values;
  // Object.is: NaN equals NaN here.
  const differs = values.some((value) => !Object.is(value, first));
  return { id: `${kind} ${key}`, kind, key, values, differs };
}

/** Tags that differ in every run by their nature, or that are shown in another form. */
function isNoise(key: string): boolean {
  return key.startsWith("mlflow.") && key !== "mlflow.source.git.commit" && key !== "mlflow.note.content";
}
