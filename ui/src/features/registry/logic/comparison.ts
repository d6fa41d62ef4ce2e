import type { Comparison, Difference, FileDifference } from "@/api/registry/types";
import { formatBytes } from "@/lib/numbers";

/** A group of values of two versions. */
export interface ComparedSection {
  id: string;
  title: string;
  rows: readonly Difference[];
  /** Values are numbers of which one may be better. */
  isMetrics?: boolean;
}

/**
 * What two versions are compared by: groups with a difference first, and in the order in which people look for them.
 * Groups that neither has are left out.
 */
export function sectionsOf(comparison: Comparison): ComparedSection[] {
  const all: ComparedSection[] = [
    { id: "metrics", title: "Metrics", rows: comparison.metrics, isMetrics: true },
    { id: "params", title: "Parameters", rows: comparison.params },
    { id: "inputs", title: "Inputs", rows: comparison.inputs },
    { id: "outputs", title: "Outputs", rows: comparison.outputs },
    { id: "signature_params", title: "Parameters of the signature", rows: comparison.signature_params },
    { id: "requirements", title: "Requirements", rows: comparison.requirements },
    { id: "facts", title: "Format", rows: comparison.facts.filter(isTold).map(readable) },
    { id: "tags", title: "Tags", rows: comparison.tags },
    { id: "files", title: "Files", rows: filesAsRows(comparison.files) },
  ];
  const there = all.filter((section) => section.rows.length > 0);
  return [...there.filter(differs), ...there.filter((section) => !differs(section))];
}

/** What differs, and what does not. */
export function parted(rows: readonly Difference[]): { different: Difference[]; equal: Difference[] } {
  return { different: rows.filter((row) => !row.is_same), equal: rows.filter((row) => row.is_same) };
}

function differs({ rows }: ComparedSection): boolean {
  return rows.some((row) => !row.is_same);
}

/** Files by their sizes. */
function filesAsRows(files: readonly FileDifference[]): Difference[] {
  const size = (bytes: number | null) => (bytes === null ? null : formatBytes(bytes));
  return files.map(({ path, left, right, is_same }) => ({
    key: path,
    left: size(left),
    right:
      !is_same && left !== null && right !== null && size(left) === size(right)
        ? `${size(right)}, other content`
        : size(right),
    is_same,
  }));
}

function readable(row: Difference): Difference {
  if (row.key !== "size") return row;
  const size = (bytes: string | null) =>
    bytes === null ? null : `${formatBytes(Number(bytes))} (${bytes} bytes)`;
  return { ...row, left: size(row.left), right: size(row.right) };
}

function isTold({ left, right }: Difference): boolean {
  return (left ?? "") !== "" || (right ?? "") !== "";
}
