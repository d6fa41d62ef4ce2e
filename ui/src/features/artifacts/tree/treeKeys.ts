import { folderOf } from "../logic/kinds";
import type { TreeRow } from "../logic/rows";

export type TreeStep =
  | { readonly kind: "focus"; readonly path: string; readonly index: number }
  | { readonly kind: "toggle"; readonly path: string }
  | { readonly kind: "choose"; readonly path: string };

/** What a key does in a tree, as the ARIA practices for trees have it; null leaves it to the browser. */
export function treeKey(key: string, rows: readonly TreeRow[], here: number): TreeStep | null {
  const row = rows[here];
  if (row === undefined || row.kind !== "entry") return null;
  const { path, is_dir } = row.file;
  switch (key) {
    case "ArrowDown":
      return focusFrom(rows, here + 1, 1);
    case "ArrowUp":
      return focusFrom(rows, here - 1, -1);
    case "Home":
      return focusFrom(rows, 0, 1);
    case "End":
      return focusFrom(rows, rows.length - 1, -1);
    case "ArrowRight":
      if (!is_dir) return null;
      return row.open ? focusFrom(rows, here + 1, 1) : { kind: "toggle", path };
    case "ArrowLeft":
      if (is_dir && row.open) return { kind: "toggle", path };
      return focusFrom(
        rows,
        rows.findIndex((one) => one.kind === "entry" && one.file.path === folderOf(path)),
        -1,
      );
    case "Enter":
    case " ":
      return { kind: "choose", path };
    default:
      return null;
  }
}

/** The first entry at or beyond `index`, going by `step`. */
function focusFrom(rows: readonly TreeRow[], index: number, step: 1 | -1): TreeStep | null {
  for (let at = index; at >= 0 && at < rows.length; at += step) {
    const row = rows[at];
    if (row?.kind === "entry") return { kind: "focus", path: row.file.path, index: at };
  }
  return null;
}
