/** A list of runs, be it the top of the table or the children of one run, and what of it is unfolded. */
export interface Branch {
  /** The parent's id; TOP at the top. */
  id: string;
  /** How many runs it has; null while unknown. */
  total: number | null;
  unfolded: readonly Unfolded[];
}

export interface Unfolded {
  /** The place of the unfolded run in its branch. */
  index: number;
  branch: Branch;
}

/** Which run of which branch stands in a row, and how many parents are above it. */
export interface Place {
  branch: Branch;
  index: number;
  depth: number;
}

export const TOP = "";

/** How many rows a branch takes: one says "loading" or "none" where there are no runs. */
export function rowsOf(branch: Branch): number {
  const own = branch.id === TOP ? (branch.total ?? 0) : Math.max(1, branch.total ?? 0);
  return inOrder(branch).reduce((sum, under) => sum + rowsOf(under.branch), own);
}

/** What stands in row `row` of a branch. */
export function placeOf(branch: Branch, row: number, depth: number = 0): Place {
  let above = 0;
  for (const under of inOrder(branch)) {
    const first = under.index + above + 1;
    if (row < first) break;
    const rows = rowsOf(under.branch);
    if (row < first + rows) return placeOf(under.branch, row - first, depth + 1);
    above += rows;
  }
  return { branch, index: row - above, depth };
}

/** The windows of `size` runs that hold the rows from `first` to `last`, as `keyOf` names them. */
export function windowsOn(top: Branch, first: number, last: number, size: number): string[] {
  const end = Math.min(last, rowsOf(top) - 1);
  const places = Array.from({ length: Math.max(0, end - first + 1) }, (_, step) =>
    placeOf(top, first + step),
  );
  const keys = places.map(({ branch, index }) => keyOf(branch.id, Math.floor(index / size)));
  return keys.length === 0 ? [keyOf(TOP, 0)] : [...new Set(keys)];
}

/** The name of a window of a branch. */
export function keyOf(branchId: string, window: number): string {
  return `${branchId}:${window}`;
}

export function parseKey(key: string): { branchId: string; window: number } {
  const at = key.lastIndexOf(":");
  return { branchId: key.slice(0, at), window: Number(key.slice(at + 1)) };
}

function inOrder({ unfolded, total }: Branch): Unfolded[] {
  return unfolded.filter(({ index }) => index < (total ?? 0)).sort((a, b) => a.index - b.index);
}
