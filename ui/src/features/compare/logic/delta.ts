import { formatNumber } from "@/lib/numbers";

/** How a number stands to the baseline's. */
export interface Delta {
  readonly text: string;
  /** Null when nothing says which direction is good. */
  readonly better: boolean | null;
}

/** The difference to a baseline, signed; null when there is none to speak of. */
export function deltaTo(value: number, baseline: number, best: "min" | "max" | null): Delta | null {
  const difference = value - baseline;
  if (!Number.isFinite(difference) || difference === 0) return null;
  const sign = difference > 0 ? "+" : "−";
  const text = `${sign}${formatNumber(Math.abs(difference), 3)}`;
  return { text, better: best === null ? null : best === "max" ? difference > 0 : difference < 0 };
}
