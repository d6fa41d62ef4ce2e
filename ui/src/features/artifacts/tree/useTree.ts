import { useQueries } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { errorMessage } from "@/api/errors";
import type { ArtifactFile } from "@/api/types";
import { useWorkspace } from "@/lib/workspace";
import type { ArtifactModel } from "../ArtifactBrowser";
import { modelFolderPath } from "../logic/modelPath";
import { ancestors, type Listing, type TreeRow, treeRows } from "../logic/rows";
import { folderQuery } from "../source";

interface Tree {
  readonly rows: readonly TreeRow[];
  toggle(folder: string): void;
}

/** The visible lines of a run's tree. A folder is asked for when it is opened for the first time. */
export function useTree(runId: string, models: readonly ArtifactModel[], chosen: string): Tree {
  const workspace = useWorkspace();
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(ancestors(chosen)));
  useEffect(() => setOpen((before) => new Set([...before, ...ancestors(chosen)])), [chosen]);
  const folders = useMemo(() => ["", ...open], [open]);
  const listings = useQueries({
    queries: folders.map((folder) => folderQuery(workspace, runId, folder)),
    combine: (results) =>
      new Map<string, Listing>(
        results.map(({ data, error }, index) => {
          const listing = data?.files ?? { text: error ? errorMessage(error) : "loading …" };
          const folder = folders[index] ?? "";
          return [
            folder,
            folder === "" && !("text" in listing) ? [...modelFolders(models), ...listing] : listing,
          ];
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

/** Logged models as folders at the top of the tree. */
function modelFolders(models: readonly ArtifactModel[]): ArtifactFile[] {
  return models.map((model) => ({ path: modelFolderPath(model.model_id), is_dir: true }));
}
