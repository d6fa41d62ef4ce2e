import { logLabels, logTicks, niceTicks, numberLabels } from "@/charts/logic/ticks";
import { byNatural } from "@/lib/natural";
import { type Field, isNumericField, numbersOf } from "./fields";

/** A field as an axis from 0 (bottom, left) to 1. */
export interface FieldAxis {
  readonly field: Field;
  readonly log: boolean;
  /** Where each run lies; null for a run without a value. */
  readonly positions: readonly (number | null)[];
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** Numbers that spread over more than this get a logarithmic axis. */
const LOG_SPREAD = 100;
const TICKS = 5;
/** Names written along an axis of categories. */
const CATEGORY_TICKS_MAX = 12;

export function toAxis(field: Field): FieldAxis {
  return isNumericField(field) ? numberAxis(field) : categoryAxis(field);
}

function numberAxis(field: Field): FieldAxis {
  const numbers = numbersOf(field);
  const known = numbers.filter((n) => n !== null);
  const lo = Math.min(...known);
  const hi = Math.max(...known);
  const log = lo > 0 && hi / lo > LOG_SPREAD;
  const to = (n: number) => (log ? Math.log10(n) : n);
  // Halves keep the difference of two huge values finite.
  const span = to(hi) / 2 - to(lo) / 2;
  const place = (n: number) => (span === 0 ? 0.5 : (to(n) / 2 - to(lo) / 2) / span);
  const ticks = span === 0 ? [lo] : log ? logTicks(lo, hi, TICKS) : niceTicks(lo, hi, TICKS);
  const labels = log ? logLabels(ticks) : numberLabels(ticks);
  return {
    field,
    log,
    positions: numbers.map((n) => (n === null ? null : place(n))),
    ticks: ticks.map((tick, i) => ({ at: place(tick), label: labels[i] ?? "" })),
  };
}

function categoryAxis(field: Field): FieldAxis {
  const texts = field.values.map((value) => (value === null ? null : String(value)));
  const names = [...new Set(texts.filter((text) => text !== null))].sort(byNatural);
  const place = (name: string) => (names.length === 1 ? 0.5 : names.indexOf(name) / (names.length - 1));
  const every = Math.ceil(names.length / CATEGORY_TICKS_MAX);
  return {
    field,
    log: false,
    positions: texts.map((text) => (text === null ? null : place(text))),
    ticks: names.filter((_, i) => i % every === 0).map((name) => ({ at: place(name), label: name })),
  };
}
