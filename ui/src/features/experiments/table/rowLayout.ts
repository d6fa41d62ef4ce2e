/** An unfolded run: its place among the top-level runs, and how many rows stand under it. */
export interface Unfolded {
  index: number;
  rows: number;
}

export type Place = { kind: "run"; index: number } | { kind: "under"; parent: number; offset: number };

export interface RowLayout {
  /** Rows on the screen, those under unfolded runs included. */
  count: number;
  /** What stands in row `row`. */
  placeOf: (row: number) => Place;
  /** The row of the top-level run `index`. */
  rowOf: (index: number) => number;
}

/** Where each row of a table goes when some of its `total` runs are unfolded. */
export function layoutRows(total: number, unfolded: readonly Unfolded[]): RowLayout {
  const sorted = unfolded
    .filter(({ index, rows }) => index < total && rows > 0)
    .sort((a, b) => a.index - b.index);
  const count = sorted.reduce((sum, { rows }) => sum + rows, total);
  return {
    count,
    placeOf: (row) => {
      let above = 0;
      for (const { index, rows } of sorted) {
        const first = index + above + 1;
        if (row < first) break;
        if (row < first + rows) return { kind: "under", parent: index, offset: row - first };
        above += rows;
      }
      return { kind: "run", index: row - above };
    },
    rowOf: (index) => sorted.reduce((row, other) => (other.index < index ? row + other.rows : row), index),
  };
}

/** The windows of `size` rows that cover the rows from `first` to `last`. */
export function windowsFor(first: number, last: number, total: number, size: number): number[] {
  if (total === 0 || last < first) return [0];
  const from = Math.floor(Math.max(0, first) / size);
  const to = Math.floor(Math.min(last, total - 1) / size);
  return Array.from({ length: to - from + 1 }, (_, step) => from + step);
}
