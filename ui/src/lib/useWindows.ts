import { type QueryKey, type UseQueryOptions, useQueries } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";

/** Rows asked for at once. */
const WINDOW = 100;

export interface Windows<Page, Row> {
  /** The first window: it has the total. Of an earlier listing while this one's is awaited. */
  readonly first: Page | undefined;
  readonly outdated: boolean;
  readonly error: unknown;
  /** A row in view; undefined while it is awaited. */
  readonly row: (index: number) => Row | undefined;
  /** Says which rows are in view. */
  readonly onView: (first: number, last: number) => void;
  readonly retry: () => void;
}

type OneQuery<Page, Key extends QueryKey> = Omit<UseQueryOptions<Page, Error, Page, Key>, "placeholderData">;
type AnyQuery = OneQuery<unknown, QueryKey>;

/** The rows of a listing of any length, of which only the windows in view are asked for. */
export function useWindows<Page, Row, Key extends QueryKey>(
  queryOf: (offset: number, limit: number) => OneQuery<Page, Key>,
  rowsOf: (page: Page) => readonly Row[],
): Windows<Page, Row> {
  const [view, setView] = useState({ first: 0, last: 0 });
  const wanted = [...new Set([0, ...windowsOf(view.first, view.last)])];
  const answers = useQueries({
    // The type of many queries is told one by one, which a list of any length cannot.
    queries: wanted.map((index) => queryOf(index * WINDOW, WINDOW) as unknown as AnyQuery),
  });
  const before = useRef<Page | undefined>(undefined);
  const now = answers[0]?.data as Page | undefined;
  if (now !== undefined) before.current = now;
  const onView = useCallback(
    (first: number, last: number) =>
      setView((view) => (view.first === first && view.last === last ? view : { first, last })),
    [],
  );
  const row = (index: number) => {
    const at = Math.floor(index / WINDOW);
    const page = at === 0 ? (now ?? before.current) : (answers[wanted.indexOf(at)]?.data as Page | undefined);
    return page === undefined ? undefined : rowsOf(page)[index - at * WINDOW];
  };
  return {
    first: now ?? before.current,
    outdated: now === undefined && before.current !== undefined,
    error: now === undefined ? (answers[0]?.error ?? null) : null,
    row,
    onView,
    retry: () => void answers[0]?.refetch(),
  };
}

function windowsOf(first: number, last: number): number[] {
  const from = Math.floor(first / WINDOW);
  const length = Math.floor(last / WINDOW) - from + 1;
  return Array.from({ length }, (_, index) => from + index);
}
