import type { WireNumber } from "@/api/types";

/** Digits shown in tables and tooltips; the full value is always on hover. */
const SIGNIFICANT = 5;
const MISSING = "–";

/**
 * A number as the wire sends it, as a JavaScript number. Null and undefined become NaN. The largest double is
 * how MLflow keeps an infinity, so it becomes one again.
 */
export function toNumber(value: WireNumber | null | undefined): number {
  const number = value === null || value === undefined ? Number.NaN : Number(value);
  return Math.abs(number) >= Number.MAX_VALUE ? Math.sign(number) * Number.POSITIVE_INFINITY : number;
}

/**
 * A number short enough for a table: at most `digits` significant digits, never cut with an ellipsis.
 * Integers up to 15 digits stay whole; very large and very small values go to exponents.
 */
export function formatNumber(value: WireNumber | null | undefined, digits: number = SIGNIFICANT): string {
  if (value === null || value === undefined) return MISSING;
  const number = toNumber(value);
  if (!Number.isFinite(number)) return Number.isNaN(number) ? "NaN" : number > 0 ? "∞" : "−∞";
  if (number === 0) return "0";
  const size = Math.abs(number);
  if (Number.isInteger(number) && size < 1e15) return signed(group(size), number);
  if (size >= 1e7 || size < 1e-4) return signed(exponent(size, digits), number);
  // Never fewer digits than the whole part has: 123456.7 stays six digits.
  const whole = Math.max(0, Math.floor(Math.log10(size)) + 1);
  return signed(plain(size, Math.max(digits, whole)), number);
}

/** Every digit a double holds: what a hover shows. */
export function formatExact(value: WireNumber | null | undefined): string {
  if (value === null || value === undefined) return MISSING;
  return String(toNumber(value));
}

/** 10342 as "10,342". */
export function formatCount(count: number): string {
  return group(count);
}

/** "1 run", "2 runs", "10,342 runs". */
export function plural(count: number, noun: string, many: string = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : many}`;
}

/** Bytes in powers of 1024: "1.4 GiB". */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let amount = Math.max(0, bytes);
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const shown = unit === 0 || amount >= 100 ? Math.round(amount).toString() : amount.toFixed(1);
  return `${shown} ${units[unit] ?? "B"}`;
}

/** Zeros at the end stay where digits were rounded away: they say how far the number is known, and align. */
function plain(size: number, digits: number): string {
  const rounded = size.toPrecision(digits);
  return Number(rounded) === size ? String(size) : rounded;
}

function exponent(size: number, digits: number): string {
  const rounded = size.toExponential(digits - 1);
  return (Number(rounded) === size ? size.toExponential() : rounded).replace("e+", "e");
}

/** A real minus sign: as wide as a digit, so columns line up. */
function signed(text: string, number: number): string {
  return number < 0 ? `−${text}` : text;
}

function group(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
