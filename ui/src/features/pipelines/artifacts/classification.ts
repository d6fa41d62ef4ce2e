import type { Parameters } from "@/api/pipelines/types";

/** A point of a ROC curve, both from 0 to 1. */
export interface RocPoint {
  readonly falsePositives: number;
  readonly recall: number;
  readonly threshold: number;
}

/** Rows are what was true, columns what was predicted, as kfp's clients write them. */
export interface ConfusionMatrix {
  readonly labels: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

const CLASSES_MAX = 50;

/** The ROC curve in the metadata of a `system.ClassificationMetrics`; empty where there is none to be read. */
export function rocOf(metadata: Parameters): RocPoint[] {
  const points = listOf(unwrapped(metadata.confidenceMetrics, "list"));
  return points.flatMap((each) => {
    const { falsePositiveRate: falsePositives, recall, confidenceThreshold: threshold } = each as Parameters;
    return isNumber(falsePositives) && isNumber(recall)
      ? [{ falsePositives, recall, threshold: isNumber(threshold) ? threshold : Number.NaN }]
      : [];
  });
}

/** The area under a curve, by its straight pieces. */
export function areaUnder(points: readonly RocPoint[]): number {
  const sorted = [...points].sort((a, b) => a.falsePositives - b.falsePositives || a.recall - b.recall);
  return sorted.slice(1).reduce((sum, point, index) => {
    const before = sorted[index] as RocPoint;
    return sum + ((point.falsePositives - before.falsePositives) * (point.recall + before.recall)) / 2;
  }, 0);
}

/** The confusion matrix in the metadata; null where there is none to be read, or it is too large to be shown. */
export function confusionOf(metadata: Parameters): ConfusionMatrix | null {
  const matrix = unwrapped(metadata.confusionMatrix, "struct");
  if (typeof matrix !== "object" || matrix === null) return null;
  const { annotationSpecs, rows } = matrix as Parameters;
  const labels = listOf(annotationSpecs).map((each) => String((each as Parameters).displayName ?? "?"));
  const numbers = listOf(rows).map((each) => listOf((each as Parameters).row).map(Number));
  const square =
    labels.length > 0 &&
    labels.length <= CLASSES_MAX &&
    numbers.length === labels.length &&
    numbers.every((row) => row.length === labels.length && row.every(Number.isFinite));
  return square ? { labels, rows: numbers } : null;
}

function unwrapped(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && key in value ? (value as Parameters)[key] : value;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value)
    ? value.filter((each) => (typeof each === "object" ? each !== null : true))
    : [];
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
