import { graphlib, layout as layOut } from "@dagrejs/dagre";
import type { Graph, GraphEdge, GraphNode } from "./graph";
import { inWrappedLayers, layersOf } from "./layers";

/** Where something is drawn, from the corner of what it is in. Pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const STEP = { width: 196, height: 46 };
const LOOP = { width: 216, height: 66 };
/** An iteration among few, with what it is for; and among many, only its number. */
const ITERATION = { width: 168, height: 30 };
const SMALL = { width: 44, height: 26 };
const FEW = 12;
/** Above what is in something; with the condition under the name, and without. */
const HEAD = 40;
const HEAD_WITH_CONDITION = 52;
const PAD = 14;
const GAP = 8;
/** In a DAG of more tasks, or of wider layers, the best places cost seconds and are of use to nobody. */
const LARGE = 150;
const WIDE = 16;

/** Where everything of a graph is drawn. What is open is as large as what is in it. */
export function layoutOf({ nodes, edges }: Graph): ReadonlyMap<string, Box> {
  const inside = groupedBy(nodes, (node) => node.parent);
  const along = groupedBy(edges, (edge) => edge.parent);
  const places = new Map<string, Box>();
  /** The size of what holds these; from the innermost outward. */
  const placed = (parent: GraphNode | null): { width: number; height: number } => {
    const path = parent?.path ?? "";
    const children = inside.get(path) ?? [];
    const isLoop = parent !== null && parent.drawn.kind === "loop" && parent.iteration === null;
    const sizes = children.map((child) => (child.open ? placed(child) : sizeOf(child, children.length)));
    const found = isLoop ? inGrid(sizes) : inLayers(children, sizes, along.get(path) ?? []);
    const top = parent === null ? 0 : headOf(parent);
    const pad = parent === null ? 0 : PAD;
    let width = parent === null ? 0 : LOOP.width;
    let height = top;
    children.forEach((child, index) => {
      const box = found[index] as Box;
      places.set(child.path, { ...box, x: box.x + pad, y: box.y + top });
      width = Math.max(width, box.x + box.width + 2 * pad);
      height = Math.max(height, top + box.y + box.height + pad);
    });
    return { width, height };
  };
  placed(null);
  return places;
}

function sizeOf(node: GraphNode, siblings: number): { width: number; height: number } {
  if (node.iteration !== null) return siblings > FEW ? SMALL : ITERATION;
  return node.drawn.kind === "loop" || node.drawn.condition !== "" ? LOOP : STEP;
}

function headOf({ drawn, iteration }: GraphNode): number {
  if (drawn.kind === "loop" && iteration === null) return HEAD_WITH_CONDITION;
  return drawn.condition !== "" && iteration === null ? HEAD_WITH_CONDITION : HEAD;
}

/** From top to bottom, each behind what it waits for. */
function inLayers(
  nodes: readonly GraphNode[],
  sizes: readonly { width: number; height: number }[],
  edges: readonly GraphEdge[],
): Box[] {
  if (edges.length === 0) return inGrid(sizes, 3);
  const paths = nodes.map((node) => node.path);
  const layers = layersOf(paths, edges);
  if (nodes.length > LARGE || layers.some((layer) => layer.length > WIDE))
    return inWrappedLayers(layers, sizes, WIDE);
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 26, ranksep: 44 });
  graph.setDefaultEdgeLabel(() => ({}));
  paths.forEach((path, index) => void graph.setNode(path, { ...(sizes[index] as Box) }));
  for (const edge of edges) graph.setEdge(edge.from, edge.to);
  layOut(graph);
  return nodes.map((node, index) => {
    const { x = 0, y = 0 } = graph.node(node.path) as { x?: number; y?: number };
    const { width, height } = sizes[index] as Box;
    return { x: x - width / 2, y: y - height / 2, width, height };
  });
}

/** Row by row; what is larger than the others takes a row of its own. */
function inGrid(sizes: readonly { width: number; height: number }[], columns?: number): Box[] {
  const least = sizes.reduce((found, { height }) => Math.min(found, height), Number.POSITIVE_INFINITY);
  const across =
    columns ?? Math.min(20, Math.max(1, Math.ceil(Math.sqrt(sizes.length * (least > 28 ? 0.4 : 0.8)))));
  const boxes: Box[] = [];
  let [x, y, tallest, inRow] = [0, 0, 0, 0];
  const endRow = () => {
    if (inRow === 0) return;
    y += tallest + GAP;
    [x, tallest, inRow] = [0, 0, 0];
  };
  for (const { width, height } of sizes) {
    const large = height > 2 * least;
    if (large || inRow >= across) endRow();
    boxes.push({ x, y, width, height });
    [x, tallest, inRow] = [x + width + GAP, Math.max(tallest, height), inRow + 1];
    if (large) endRow();
  }
  return boxes;
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
