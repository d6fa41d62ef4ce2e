import { formatExact, formatNumber } from "@/lib/numbers";
import { formatDuration } from "@/lib/times";
import { deltaTo } from "../logic/delta";
import { type Field, type FieldValue, numbersOf } from "../logic/fields";
import classes from "./DifferencesPanel.module.css";

interface ValueCellProps {
  field: Field;
  /** Index of the run. */
  run: number;
  /** Index of the baseline; -1 for none. */
  base: number;
  best: "min" | "max" | null;
}

/** One field of one run; against a baseline, also how far it is from there. */
export function ValueCell({ field, run, base, best }: ValueCellProps) {
  const value = field.values[run] ?? null;
  if (value === null) return <span className={classes.none}>–</span>;
  const baseValue = base < 0 ? null : (field.values[base] ?? null);
  const equalsBase = base >= 0 && run !== base && Object.is(value, baseValue);
  const tone = isBest(field, run, best) ? classes.best : equalsBase ? classes.same : undefined;
  return (
    <span className={tone} title={exactText(field, value)}>
      {valueText(field, value)}
      {typeof value === "number" &&
        typeof baseValue === "number" &&
        run !== base &&
        field.kind === "metric" && <DeltaText value={value} base={baseValue} best={best} />}
    </span>
  );
}

function DeltaText({ value, base, best }: { value: number; base: number; best: "min" | "max" | null }) {
  const delta = deltaTo(value, base, best);
  if (delta === null) return null;
  const verdict = delta.better === null ? "" : delta.better ? " better" : " worse";
  return (
    <span className={classes.delta} data-better={delta.better ?? undefined}>
      {delta.text}
      <span className="tm-visually-hidden">{verdict}</span>
    </span>
  );
}

function valueText(field: Field, value: string | number): string {
  if (field.id === "attribute duration" && typeof value === "number") return formatDuration(value);
  if (typeof value === "number") return formatNumber(value);
  if (field.key === "mlflow.source.git.commit") return value.slice(0, 10);
  return value === "" ? "(empty)" : value;
}

function exactText(field: Field, value: string | number): string {
  if (typeof value === "string" || field.kind !== "metric") return String(value);
  return formatExact(Number.isFinite(value) ? value : "NaN");
}

/** Whether a run has the best value of a metric that has a better and a worse. */
function isBest(field: Field, run: number, best: "min" | "max" | null): boolean {
  if (best === null || !field.differs) return false;
  const numbers = numbersOf(field);
  const known = numbers.filter((n) => n !== null);
  const own: FieldValue = numbers[run] ?? null;
  return own !== null && own === (best === "max" ? Math.max(...known) : Math.min(...known));
}
