import type { ArtifactFile } from "@/api/types";
import { byNatural } from "@/lib/natural";
import { fileName, folderOf } from "./kinds";

/** One line of the tree. */
export type TreeRow =
  | { readonly kind: "entry"; readonly file: ArtifactFile; readonly depth: number; readonly open: boolean }
  | { readonly kind: "state"; readonly folder: string; readonly depth: number; readonly text: string };

/** What is known of a folder: its entries, or why there are none yet. */
export type Listing = readonly ArtifactFile[] | { readonly text: string };

/** The visible lines of a tree: folders first, then files, each by name; open folders are followed by their entries. */
export function treeRows(listings: ReadonlyMap<string, Listing>, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (folder: string, depth: number) => {
    const listing = listings.get(folder);
    if (listing === undefined) return;
    if ("text" in listing) {
      rows.push({ kind: "state", folder, depth, text: listing.text });
      return;
    }
    if (listing.length === 0 && depth > 0) rows.push({ kind: "state", folder, depth, text: "empty" });
    for (const file of sorted(listing)) {
      const isOpen = file.is_dir && open.has(file.path);
      rows.push({ kind: "entry", file, depth, open: isOpen });
      if (isOpen) visit(file.path, depth + 1);
    }
  };
  visit("", 0);
  return rows;
}

/** Every folder above a path, outermost first, without the root. */
export function ancestors(path: string): string[] {
  const folder = folderOf(path);
  return folder === "" ? [] : [...ancestors(folder), folder];
}

function sorted(files: readonly ArtifactFile[]): ArtifactFile[] {
  return [...files].sort(
    (a, b) => Number(b.is_dir) - Number(a.is_dir) || byNatural(fileName(a.path), fileName(b.path)),
  );
}
