import type { Field, FieldKind, MetricValue } from "./fields";

export type TableRow =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "field"; readonly field: Field };

/** Fields with a heading before each kind. */
export function tableRows(fields: readonly Field[], metricValue: MetricValue): TableRow[] {
  const titles: Record<FieldKind, string> = {
    param: "Parameters",
    metric: `Metrics (${metricValue})`,
    attribute: "Attributes",
    tag: "Tags",
  };
  return fields.flatMap((field, index): TableRow[] => {
    const row: TableRow = { kind: "field", field };
    return fields[index - 1]?.kind === field.kind
      ? [row]
      : [{ kind: "heading", text: titles[field.kind] }, row];
  });
}
