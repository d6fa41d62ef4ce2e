import type { ExperimentFields, FieldCount } from "@/api/types";
import { ATTRIBUTES, bestAggregate, CHOOSABLE_ATTRIBUTES, type Column } from "../view/columns";

/** A line of the picker. */
export type PickerRow =
  | { kind: "heading"; id: string; label: string }
  | { kind: "choice"; id: string; label: string; column: Column; runs: number | null };

type Choice = Extract<PickerRow, { kind: "choice" }>;

/** Every field whose name holds `text`, under headings; a heading without fields is left out. */
export function choicesOf(fields: ExperimentFields, text: string): PickerRow[] {
  const wanted = text.trim().toLowerCase();
  const groups: [string, Choice[]][] = [
    ["Metrics", fields.metrics.map((field) => fieldChoice("metrics", field))],
    ["Parameters", fields.params.map((field) => fieldChoice("params", field))],
    ["Attributes", CHOOSABLE_ATTRIBUTES.map((key) => attributeChoice(key))],
    ["Tags", fields.tags.map((field) => fieldChoice("tags", field))],
  ];
  return groups.flatMap(([label, choices]) => {
    const matching = choices.filter((choice) => choice.label.toLowerCase().includes(wanted));
    return matching.length === 0 ? [] : [{ kind: "heading" as const, id: label, label }, ...matching];
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

function isSameField(a: Column, b: Column): boolean {
  return a.kind === b.kind && a.key === b.key;
}

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
