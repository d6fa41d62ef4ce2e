import type { Aggregate, RunColumns } from "@/api/types";
import { guessDirection } from "@/lib/bestDirection";
import { fieldName } from "@/lib/filterText";

/** One column of the run table. Its id, `metrics.val/acc@max`, is what stands in the URL. */
export type Column =
  | { kind: "attributes"; key: AttributeKey }
  | { kind: "params" | "tags"; key: string }
  | { kind: "metrics"; key: string; aggregate: Aggregate };

export type AttributeKey = keyof typeof ATTRIBUTES;

/** What every run has. `sortable` are those that a search can order by. */
export const ATTRIBUTES = {
  run_name: { label: "Run", sortable: true },
  start_time: { label: "Started", sortable: true },
  duration: { label: "Duration", sortable: true },
  status: { label: "Status", sortable: true },
  end_time: { label: "Ended", sortable: true },
  user_id: { label: "User", sortable: true },
  source: { label: "Source", sortable: false },
  run_id: { label: "Run ID", sortable: true },
  datasets: { label: "Data sets", sortable: false },
  models: { label: "Models", sortable: false },
} as const;

/** The newest and the longest are what one looks for first. */
const DESCENDING: ReadonlySet<AttributeKey> = new Set(["start_time", "end_time", "duration"]);

/** The name is always there, at the left. */
export const NAME_COLUMN: Column = { kind: "attributes", key: "run_name" };

/** The attributes that one can add or take away. */
export const CHOOSABLE_ATTRIBUTES = (Object.keys(ATTRIBUTES) as AttributeKey[]).filter(
  (key) => key !== "run_name",
);

export function columnId(column: Column): string {
  const field = `${column.kind}.${column.key}`;
  return column.kind === "metrics" ? `${field}@${column.aggregate}` : field;
}

/** The field that search orders by; null when a column cannot be sorted. */
export function sortField(column: Column): string | null {
  if (column.kind === "attributes" && !ATTRIBUTES[column.key].sortable) return null;
  return fieldName(column.kind, column.key);
}

/** A column from its id; null when the id means nothing. */
export function parseColumn(id: string): Column | null {
  const dot = id.indexOf(".");
  const kind = id.slice(0, dot);
  const key = id.slice(dot + 1);
  if (dot < 0 || key === "") return null;
  if (kind === "params" || kind === "tags") return { kind, key };
  if (kind === "attributes") return key in ATTRIBUTES ? { kind, key: key as AttributeKey } : null;
  if (kind !== "metrics") return null;
  // A metric's name may hold "@" itself, as in "recall@10".
  const [, name = key, aggregate = "last"] = /^(.*)@(last|min|max)$/.exec(key) ?? [];
  return { kind, key: name, aggregate: aggregate as Aggregate };
}

/** What of each run these columns need, alike for every order and choice of values of the same fields. */
export function neededBy(columns: readonly Column[]): RunColumns {
  const keysOf = (kind: Column["kind"]) => [
    ...new Set(columns.filter((column) => column.kind === kind).map((column) => column.key)),
  ];
  return {
    metrics: keysOf("metrics").sort(),
    params: keysOf("params").sort(),
    tags: keysOf("tags").sort(),
  };
}

export function columnLabel(column: Column): string {
  return column.kind === "attributes" ? ATTRIBUTES[column.key].label : column.key;
}

/** The aggregate that shows a metric's best value, as far as its name tells; otherwise the last. */
export function bestAggregate(key: string): Aggregate {
  return guessDirection(key) ?? "last";
}

/** What a metric column shows, in words: "best (min)" when the name says that low is good. */
export function aggregateLabel(key: string, aggregate: Aggregate): string {
  return aggregate === guessDirection(key) ? `best (${aggregate})` : aggregate;
}

/** True when a first click on the column should put the highest on top. */
export function descendsFirst(column: Column): boolean {
  if (column.kind === "attributes") return DESCENDING.has(column.key);
  if (column.kind !== "metrics") return false;
  return (guessDirection(column.key) ?? (column.aggregate === "min" ? "min" : "max")) === "max";
}
