import type { Aggregate, ExperimentFields, FieldCount } from "@/api/types";
import { formatCount } from "@/lib/numbers";
import { ATTRIBUTES, bestAggregate, CHOOSABLE_ATTRIBUTES, type Column, columnId } from "../view/columns";

/** A line of the picker. */
export type PickerRow =
  | { kind: "heading"; id: string; label: string }
  | { kind: "choice"; id: string; label: string; column: Column; runs: number | null };

type Choice = Extract<PickerRow, { kind: "choice" }>;

/**
 * Every field whose name holds all words of `text`, by name under headings; a heading without fields is left out, and
 * one with fields that did not come says how many there are.
 */
export function choicesOf(fields: ExperimentFields, text: string): PickerRow[] {
  const words = text.toLowerCase().split(/\s+/);
  const attributes = CHOOSABLE_ATTRIBUTES.map((key) => attributeChoice(key));
  const groups: [string, Choice[], number][] = [
    ["Metrics", byName("metrics", fields.metrics), fields.totals.metrics],
    ["Parameters", byName("params", fields.params), fields.totals.params],
    ["Attributes", attributes, attributes.length],
    ["Tags", byName("tags", fields.tags), fields.totals.tags],
  ];
  return groups.flatMap(([label, choices, total]) => {
    const matching = choices.filter((choice) =>
      words.every((word) => choice.label.toLowerCase().includes(word)),
    );
    if (matching.length === 0) return [];
    const heading =
      choices.length < total ? `${label}: ${formatCount(choices.length)} of ${formatCount(total)}` : label;
    return [{ kind: "heading" as const, id: label, label: heading }, ...matching];
  });
}

/** A metric is chosen whichever of its values is shown. */
export function isChosen(row: PickerRow, columns: readonly Column[]): boolean {
  return row.kind === "choice" && columns.some((column) => isSameField(column, row.column));
}

export function toggleColumn(row: PickerRow, columns: readonly Column[]): Column[] {
  if (row.kind === "heading") return [...columns];
  return isChosen(row, columns)
    ? columns.filter((column) => !isSameField(column, row.column))
    : [...columns, row.column];
}

/** The values of a chosen metric that are columns; null for what is no chosen metric. */
export function shownAggregates(row: PickerRow, columns: readonly Column[]): Aggregate[] | null {
  if (row.kind === "heading" || row.column.kind !== "metrics") return null;
  const shown = columns.flatMap((column) =>
    column.kind === "metrics" && isSameField(column, row.column) ? column.aggregate : [],
  );
  return shown.length === 0 ? null : shown;
}

/** Adds the column of one more value of a metric beside its others, or takes it away. */
export function toggleAggregate(row: PickerRow, aggregate: Aggregate, columns: readonly Column[]): Column[] {
  if (row.kind === "heading" || row.column.kind !== "metrics") return [...columns];
  const wanted: Column = { ...row.column, aggregate };
  const without = columns.filter((column) => columnId(column) !== columnId(wanted));
  if (without.length < columns.length) return without;
  const last = columns.findLastIndex((column) => isSameField(column, wanted));
  return [...columns.slice(0, last + 1), wanted, ...columns.slice(last + 1)];
}

function isSameField(a: Column, b: Column): boolean {
  return a.kind === b.kind && a.key === b.key;
}

function byName(kind: "metrics" | "params" | "tags", fields: readonly FieldCount[]): Choice[] {
  return fields.map((field) => fieldChoice(kind, field)).sort((a, b) => NAMES.compare(a.label, b.label));
}

/** "layer.2" before "layer.10". */
const NAMES = new Intl.Collator("en", { numeric: true });

function fieldChoice(kind: "metrics" | "params" | "tags", { key, runs }: FieldCount): Choice {
  const column: Column = kind === "metrics" ? { kind, key, aggregate: bestAggregate(key) } : { kind, key };
  return { kind: "choice", id: `${kind}.${key}`, label: key, column, runs };
}

function attributeChoice(key: (typeof CHOOSABLE_ATTRIBUTES)[number]): Choice {
  return {
    kind: "choice",
    id: `attributes.${key}`,
    label: ATTRIBUTES[key].label,
    column: { kind: "attributes", key },
    runs: null,
  };
}
