import { canOpen, parentPath, type TaskLine } from "./taskTree";

export type TreeStep =
  | { readonly kind: "focus"; readonly path: string; readonly index: number }
  | { readonly kind: "toggle"; readonly path: string }
  | { readonly kind: "choose"; readonly path: string };

/** What a key does in the tree of tasks, as the ARIA practices for trees have it; null leaves it to the browser. */
export function treeKey(key: string, lines: readonly TaskLine[], here: number): TreeStep | null {
  const line = lines[here];
  if (line === undefined) return null;
  const { path } = line.node.task;
  switch (key) {
    case "ArrowDown":
      return focus(lines, here + 1);
    case "ArrowUp":
      return focus(lines, here - 1);
    case "Home":
      return focus(lines, 0);
    case "End":
      return focus(lines, lines.length - 1);
    case "ArrowRight":
      if (!canOpen(line.node)) return null;
      return line.open ? focus(lines, here + 1) : { kind: "toggle", path };
    case "ArrowLeft":
      if (canOpen(line.node) && line.open) return { kind: "toggle", path };
      return focus(
        lines,
        lines.findIndex((one) => one.node.task.path === parentPath(path)),
      );
    case "Enter":
    case " ":
      return { kind: "choose", path };
    default:
      return null;
  }
}

function focus(lines: readonly TaskLine[], index: number): TreeStep | null {
  const path = lines[index]?.node.task.path;
  return path === undefined ? null : { kind: "focus", path, index };
}
