import type { Curve } from "./curves";

/** Curves as a table: a row for every x that some run has a bucket at. */
export interface CurveRows {
  readonly x: readonly number[];
  /** `cells[run][row]`; undefined where the run has nothing. */
  readonly cells: readonly (readonly (number | null | undefined)[])[];
}

export function toRows(curves: readonly Curve[]): CurveRows {
  const x = [...new Set(curves.flatMap((curve) => curve.x))].sort((a, b) => a - b);
  const rowOf = new Map(x.map((at, row) => [at, row]));
  const cells = curves.map((curve) => {
    const column = new Array<number | null | undefined>(x.length).fill(undefined);
    curve.x.forEach((at, i) => {
      column[rowOf.get(at) as number] = curve.mean[i] ?? null;
    });
    return column;
  });
  return { x, cells };
}
