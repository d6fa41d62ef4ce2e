import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { Graph } from "./graph";
import type { Box } from "./layout";

const READABLE = 0.7;

/** Brings into view all of a small graph, else its beginning; and what is chosen elsewhere, whenever that changes. */
export function useCentred({ nodes }: Graph, places: ReadonlyMap<string, Box>, chosen: string): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  const placed = useRef<string | null>(null);
  useEffect(() => {
    if (placed.current === chosen) return;
    const { width, height } = store.getState();
    const parents = new Map(nodes.map((node) => [node.path, node.parent]));
    const target = absolute(chosen, parents, places);
    if (chosen !== "" && target === null) return;
    const first = placed.current === null;
    placed.current = chosen;
    const whole = extent(nodes.filter((node) => node.parent === "").map((node) => places.get(node.path)));
    const fits = Math.min(width / (whole.width + 60), height / (whole.height + 60));
    if (first && (fits >= READABLE || target === null)) {
      const zoom = Math.max(Math.min(fits, 1), READABLE);
      const y = fits >= READABLE ? (height - whole.height * zoom) / 2 : 20;
      void flow.setViewport({ x: (width - whole.width * zoom) / 2, y, zoom });
      return;
    }
    if (target === null) return;
    const { zoom, x, y } = flow.getViewport();
    const inView =
      target.x * zoom + x >= 0 &&
      target.y * zoom + y >= 0 &&
      (target.x + target.width) * zoom + x <= width &&
      (target.y + target.height) * zoom + y <= height;
    if (inView && !first) return;
    void flow.setCenter(target.x + target.width / 2, target.y + Math.min(target.height, height) / 2, {
      zoom: first ? 1 : zoom,
    });
  });
}

function extent(boxes: readonly (Box | undefined)[]): { width: number; height: number } {
  let [width, height] = [1, 1];
  for (const box of boxes) {
    if (box === undefined) continue;
    width = Math.max(width, box.x + box.width);
    height = Math.max(height, box.y + box.height);
  }
  return { width, height };
}

function absolute(
  path: string,
  parents: ReadonlyMap<string, string>,
  places: ReadonlyMap<string, Box>,
): Box | null {
  const box = places.get(path);
  if (box === undefined) return null;
  const above = parents.get(path) ?? "";
  const around = above === "" ? null : absolute(above, parents, places);
  return around === null ? box : { ...box, x: box.x + around.x, y: box.y + around.y };
}
