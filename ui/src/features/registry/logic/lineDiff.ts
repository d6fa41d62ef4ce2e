/** A line of two texts laid over each other. */
export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Pairs of lines that are looked at: beyond, what differs is shown as removed and added, one whole after the other. */
const MOST_PAIRS = 4_000_000;

/** How one text becomes another, line by line, with as few changes as there can be. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail += 1;
  return [
    ...marked(a.slice(0, head), "same"),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...marked(a.slice(a.length - tail), "same"),
  ];
}

/** Counts of what was added and removed. */
export function changeCounts(lines: readonly DiffLine[]): { added: number; removed: number } {
  return {
    added: lines.filter((line) => line.kind === "added").length,
    removed: lines.filter((line) => line.kind === "removed").length,
  };
}

/** The texts between what both have at their ends, by the longest lines in common. */
function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > MOST_PAIRS) return [...marked(a, "removed"), ...marked(b, "added")];
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = a.length - 1; row >= 0; row -= 1) {
    for (let column = b.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        a[row] === b[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < a.length && column < b.length) {
    if (a[row] === b[column]) {
      lines.push({ kind: "same", text: a[row] ?? "" });
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      lines.push({ kind: "removed", text: a[row] ?? "" });
      row += 1;
    } else {
      lines.push({ kind: "added", text: b[column] ?? "" });
      column += 1;
    }
  }
  return [...lines, ...marked(a.slice(row), "removed"), ...marked(b.slice(column), "added")];
}

function marked(lines: readonly string[], kind: DiffLine["kind"]): DiffLine[] {
  return lines.map((text) => ({ kind, text }));
}

/** No text has no line, not an empty one. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(/\r?\n/);
}
