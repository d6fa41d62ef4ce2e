import { useQueries } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { artifactListQuery } from "@/api/artifacts";
import { errorMessage } from "@/api/errors";
import { useWorkspace } from "@/lib/workspace";
import { ancestors, type Listing, type TreeRow, treeRows } from "../logic/rows";

interface Tree {
  readonly rows: readonly TreeRow[];
  toggle(folder: string): void;
}

/** The visible lines of a run's tree. A folder is asked for when it is opened for the first time. */
export function useTree(runId: string, chosen: string): Tree {
  const workspace = useWorkspace();
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(ancestors(chosen)));
  useEffect(() => setOpen((before) => new Set([...before, ...ancestors(chosen)])), [chosen]);
  const folders = useMemo(() => ["", ...open], [open]);
  const listings = useQueries({
    queries: folders.map((folder) => artifactListQuery(workspace, runId, folder)),
    combine: (results) =>
      new Map<string, Listing>(
        results.map(({ data, error }, index) => {
          const listing = data?.files ?? { text: error ? errorMessage(error) : "loading …" };
          return [folders[index] ?? "", listing];
        }),
      ),
  });
  const toggle = useCallback((folder: string) => {
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(folder)) after.add(folder);
      return after;
    });
  }, []);
  return { rows: useMemo(() => treeRows(listings, open), [listings, open]), toggle };
}
