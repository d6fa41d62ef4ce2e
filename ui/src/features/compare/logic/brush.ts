import type { FieldAxis } from "./axis";

/** The stretch of each axis, by field id, that runs must lie in. From 0 to 1. */
export type Brushes = Readonly<Record<string, { readonly lo: number; readonly hi: number }>>;

/** Which runs lie inside every brush. */
export function brushed(axes: readonly FieldAxis[], brushes: Brushes, runCount: number): boolean[] {
  return Array.from({ length: runCount }, (_, run) =>
    axes.every((axis) => {
      const brush = brushes[axis.field.id];
      if (brush === undefined) return true;
      const at = axis.positions[run];
      return at !== null && at !== undefined && at >= brush.lo && at <= brush.hi;
    }),
  );
}

/** `brushes` with one axis' stretch set, or freed with null. */
export function withBrush(brushes: Brushes, id: string, brush: { lo: number; hi: number } | null): Brushes {
  const { [id]: _before, ...others } = brushes;
  return brush === null ? others : { ...others, [id]: brush };
}

/** How far a brush moves and how much it covers when the keyboard makes it. */
const STEP = 0.1;
const WINDOW = 0.3;

/** The brush of an axis after a key; undefined leaves it as it is, null frees the axis. */
export function brushKey(
  key: string,
  brush: { lo: number; hi: number } | undefined,
): { lo: number; hi: number } | null | undefined {
  if (key === "Escape" || key === "Delete") return brush === undefined ? undefined : null;
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const step = key === "ArrowUp" ? STEP : -STEP;
  if (brush === undefined) return key === "ArrowUp" ? { lo: 0, hi: WINDOW } : { lo: 1 - WINDOW, hi: 1 };
  const size = brush.hi - brush.lo;
  const lo = Math.min(1 - size, Math.max(0, brush.lo + step));
  return { lo, hi: lo + size };
}
