import { useQueries } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { jobListQuery } from "@/api/compute/jobs";
import type { JobListing, JobPage, JobRow } from "@/api/compute/types";
import { useWorkspace } from "@/lib/workspace";

/** Rows asked for at once. */
const WINDOW = 100;

export interface JobWindows {
  /** The first window: it has the total and the counts. Of an earlier listing while this one's is awaited. */
  readonly first: JobPage | undefined;
  readonly outdated: boolean;
  readonly error: unknown;
  /** A row in view; undefined while it is awaited. */
  readonly row: (index: number) => JobRow | undefined;
  /** Says which rows are in view. */
  readonly onView: (first: number, last: number) => void;
  readonly retry: () => void;
}

/** The rows of a listing of any length, of which only the windows in view are asked for. */
export function useJobWindows(listing: JobListing): JobWindows {
  const workspace = useWorkspace();
  const [view, setView] = useState({ first: 0, last: 0 });
  const wanted = [...new Set([0, ...windowsOf(view.first, view.last)])];
  const answers = useQueries({
    queries: wanted.map((index) => jobListQuery(workspace, listing, index * WINDOW, WINDOW)),
  });
  const before = useRef<JobPage | undefined>(undefined);
  const now = answers[0]?.data;
  if (now !== undefined) before.current = now;
  const onView = useCallback(
    (first: number, last: number) =>
      setView((view) => (view.first === first && view.last === last ? view : { first, last })),
    [],
  );
  const row = (index: number) => {
    const at = Math.floor(index / WINDOW);
    const page = at === 0 ? (now ?? before.current) : answers[wanted.indexOf(at)]?.data;
    return page?.workloads[index - at * WINDOW];
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
