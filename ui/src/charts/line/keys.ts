import type { Range } from "../logic/plot";

export type KeyAction =
  | { readonly kind: "move"; readonly x: number }
  | { readonly kind: "zoom"; readonly range: Range | null }
  | { readonly kind: "leave" }
  | { readonly kind: "open" };

interface KeyContext {
  /** Places that the cursor can stop at, ascending. */
  readonly stops: readonly number[];
  readonly x: number | null;
  readonly range: Range | null;
  /** Whether the range is a zoom that can be taken back. */
  readonly zoomed: boolean;
}

/** Points passed by at once with Shift or Page keys: a tenth of the curve. */
const LEAPS = 10;

/** What a key does on a focused chart; null leaves it to the browser. */
export function keyAction(key: string, shift: boolean, context: KeyContext): KeyAction | null {
  const { stops, x } = context;
  const leap = Math.max(1, Math.round(stops.length / LEAPS));
  const moves: Record<string, number> = {
    ArrowLeft: shift ? -leap : -1,
    ArrowRight: shift ? leap : 1,
    PageUp: -leap,
    PageDown: leap,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
  };
  const move = moves[key];
  if (move !== undefined) return stops.length === 0 ? null : { kind: "move", x: moved(stops, x, move) };
  if (key === "Escape") return x === null ? null : { kind: "leave" };
  if (key === "Enter" || key === "f") return { kind: "open" };
  if (key === "0") return context.zoomed ? { kind: "zoom", range: null } : null;
  if (key === "+" || key === "=") return zoomed(context, 0.5);
  if (key === "-") return context.zoomed ? zoomed(context, 2) : null;
  return null;
}

function moved(stops: readonly number[], x: number | null, by: number): number {
  const last = stops.length - 1;
  // The first key press lands on the end that the arrow comes from.
  if (x === null && Number.isFinite(by)) return stops[by < 0 ? last : 0] as number;
  const here = stops.findIndex((stop) => stop >= (x ?? 0));
  const from = here < 0 ? last : here;
  return stops[Math.min(last, Math.max(0, from + by))] as number;
}

function zoomed({ range, x }: KeyContext, factor: number): KeyAction | null {
  if (range === null) return null;
  const centre = x ?? (range.lo + range.hi) / 2;
  const half = ((range.hi - range.lo) * factor) / 2;
  return half > 0 ? { kind: "zoom", range: { lo: centre - half, hi: centre + half } } : null;
}
