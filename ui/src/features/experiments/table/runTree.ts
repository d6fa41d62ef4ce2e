import type { RunRow, RunSearchPage } from "@/api/types";
import { type Branch, keyOf, parseKey, placeOf, rowsOf, TOP } from "./treeLayout";

/** Runs fetched at once. */
export const WINDOW = 100;

/** One row of the screen: a run with its depth, a run that is not loaded yet, or a word on why there is none. */
export type TableRow =
  | { kind: "run"; run: RunRow; depth: number }
  | { kind: "loading" }
  | { kind: "note"; text: string; depth: number };

/**
 * What is known of one search. Where unfolded runs stand and how many children they have is kept when they scroll
 * out of sight: otherwise the rows below would move.
 */
export interface Memory {
  question: string;
  /** The latest answer of each window that is asked for. */
  pages: ReadonlyMap<string, RunSearchPage>;
  totals: ReadonlyMap<string, number>;
  places: ReadonlyMap<string, { branchId: string; index: number }>;
}

export function emptyMemory(question: string): Memory {
  return { question, pages: new Map(), totals: new Map(), places: new Map() };
}

/** What is known after answers to the windows in `asked`; null stands for one that is not there yet. */
export function remember(
  memory: Memory,
  asked: readonly string[],
  answers: readonly (RunSearchPage | null)[],
): Memory {
  const pages = new Map<string, RunSearchPage>();
  const totals = new Map(memory.totals);
  const places = new Map(memory.places);
  const fresh = new Set<string>();
  asked.forEach((key, at) => {
    const page = answers[at] ?? memory.pages.get(key);
    if (page === undefined) return;
    pages.set(key, page);
    const { branchId } = parseKey(key);
    // Windows may be of different moments; the largest total keeps every row reachable.
    totals.set(branchId, fresh.has(branchId) ? Math.max(page.total, totals.get(branchId) ?? 0) : page.total);
    fresh.add(branchId);
    page.runs.forEach((run, offset) => {
      places.set(run.run_id, { branchId, index: page.offset + offset });
    });
  });
  return { question: memory.question, pages, totals, places };
}

/** The tree of what is known, with these runs unfolded. */
export function treeOf({ totals, places }: Memory, expanded: readonly string[]): Branch {
  const branch = (id: string, ancestors: readonly string[]): Branch => ({
    id,
    total: totals.get(id) ?? null,
    // A run that is its own ancestor, which tags can say, would unfold for ever.
    unfolded: expanded
      .filter((runId) => places.get(runId)?.branchId === id && !ancestors.includes(runId))
      .map((runId) => ({
        index: places.get(runId)?.index ?? 0,
        branch: branch(runId, [...ancestors, runId]),
      })),
  });
  return branch(TOP, []);
}

/** What stands in a row. */
export function rowIn(top: Branch, pages: Memory["pages"], row: number): TableRow {
  if (row < 0 || row >= rowsOf(top)) return { kind: "loading" };
  const { branch, index, depth } = placeOf(top, row);
  if (branch.total === 0) return { kind: "note", text: "No child is in this view", depth };
  const run = pages.get(keyOf(branch.id, Math.floor(index / WINDOW)))?.runs[index % WINDOW];
  return run === undefined ? { kind: "loading" } : { kind: "run", run, depth };
}
