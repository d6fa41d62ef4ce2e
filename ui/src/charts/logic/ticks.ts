import { formatNumber } from "@/lib/numbers";

/** Round numbers inside [lo, hi], about `count` of them, at steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(lo: number, hi: number, count: number): number[] {
  const step = niceStep(hi / count - lo / count);
  if (!(step > 0) || !Number.isFinite(step)) return [];
  const first = Math.ceil(lo / step);
  const last = Math.floor(hi / step);
  const ticks: number[] = [];
  // Multiplying whole numbers keeps 0.3 from becoming 0.30000000000000004 by repeated sums.
  for (let n = first; n <= last && ticks.length < 100; n += 1) ticks.push(cleaned(n * step));
  return ticks;
}

/** As `niceTicks`, whole numbers only: there is no step 2.5. */
export function wholeTicks(lo: number, hi: number, count: number): number[] {
  const fewer = Math.max(1, Math.min(count, Math.floor(hi) - Math.ceil(lo)));
  return niceTicks(lo, hi, fewer).filter(Number.isInteger);
}

/** Ticks of a logarithmic axis: powers of ten; between them 2 and 5 when few decades are in view. */
export function logTicks(lo: number, hi: number, count: number): number[] {
  if (!(lo > 0) || !(hi > lo)) return [];
  const decades = Math.log10(hi) - Math.log10(lo);
  if (decades < 0.7) return niceTicks(lo, hi, count).filter((tick) => tick > 0);
  const first = Math.floor(Math.log10(lo));
  const last = Math.ceil(Math.log10(hi));
  const every = Math.max(1, Math.ceil(decades / count));
  const within = decades * 3 <= count * 1.5 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.ceil(first / every) * every; power <= last; power += every) {
    for (const digit of within) ticks.push(Number(`${digit}e${power}`));
  }
  return ticks.filter((tick) => tick >= lo && tick <= hi);
}

/** Labels with just the digits that tell neighbours apart. */
export function numberLabels(ticks: readonly number[]): string[] {
  const largest = Math.max(...ticks.map(Math.abs), 0);
  const step = smallestGap(ticks);
  if (largest >= 1e15 || (largest > 0 && largest < 1e-3)) return ticks.map((tick) => exponent(tick));
  // "5000" reads as well as "5k": thousands begin at ten of them.
  const unit = UNITS.find(([size]) => largest >= (size === 1e3 ? 1e4 : size)) ?? UNITS[UNITS.length - 1];
  const [size, sign] = unit as readonly [number, string];
  const digits = Math.min(12, Math.max(0, -Math.floor(Math.log10(step / size) + 1e-9)));
  return ticks.map((tick) => (tick === 0 ? "0" : minus((tick / size).toFixed(digits)) + sign));
}

/** Labels of a logarithmic axis, each short by itself. */
export function logLabels(ticks: readonly number[]): string[] {
  return ticks.map((tick) => {
    if (tick < 1e-3 || tick >= 1e15) return exponent(tick);
    const unit = UNITS.find(([size]) => tick >= size && size > 1);
    return unit ? `${formatNumber(tick / unit[0])}${unit[1]}` : formatNumber(tick);
  });
}

const UNITS: readonly (readonly [number, string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
];

function niceStep(rough: number): number {
  if (!(rough > 0)) return 0;
  const power = Math.floor(Math.log10(rough));
  const base = rough / 10 ** power;
  // The nearest of the round steps: rounding up only would leave half of the axis bare.
  const digit = base < 1.5 ? 1 : base < 3.2 ? 2 : base < 7.5 ? 5 : 10;
  return Number(`${digit}e${power}`);
}

function cleaned(value: number): number {
  return Number(value.toPrecision(12)) || 0;
}

function smallestGap(ticks: readonly number[]): number {
  let gap = Number.POSITIVE_INFINITY;
  for (let i = 1; i < ticks.length; i += 1) {
    gap = Math.min(gap, Math.abs((ticks[i] as number) - (ticks[i - 1] as number)));
  }
  return Number.isFinite(gap) && gap > 0 ? gap : Math.abs(ticks[0] ?? 1) || 1;
}

function exponent(value: number): string {
  if (value === 0) return "0";
  const [mantissa = "", power = ""] = value.toExponential(2).split("e");
  return minus(`${Number(mantissa)}e${power.replace("+", "")}`);
}

function minus(text: string): string {
  return text.replace(/^-/, "−");
}
