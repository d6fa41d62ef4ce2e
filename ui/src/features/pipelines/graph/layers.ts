import type { Box } from "./layout";

interface Size {
  readonly width: number;
  readonly height: number;
}

const ACROSS = 22;
const DOWN = 40;
const WRAPPED = 10;
/** Times that each layer is put into the order of the one before it, or behind it. */
const SWEEPS = 4;

/**
 * Numbers of nodes by how long the longest way to each is; in a layer those stand near each other that follow from
 * the same.
 */
export function layersOf(
  paths: readonly string[],
  edges: readonly { readonly from: string; readonly to: string }[],
): number[][] {
  const numbers = new Map(paths.map((path, number) => [path, number]));
  const before: number[][] = paths.map(() => []);
  const behind: number[][] = paths.map(() => []);
  for (const { from, to } of edges) {
    const [a, b] = [numbers.get(from), numbers.get(to)];
    if (a === undefined || b === undefined) continue;
    behind[a]?.push(b);
    before[b]?.push(a);
  }
  const layers = ranked(before, behind);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const down = sweep % 2 === 0;
    const places = new Map<number, number>();
    for (const layer of down ? layers : [...layers].reverse()) {
      const middle = (node: number) => {
        const near = ((down ? before : behind)[node] ?? []).flatMap((one) => places.get(one) ?? []);
        return near.length === 0 ? null : near.reduce((sum, place) => sum + place, 0) / near.length;
      };
      const wanted = new Map(layer.map((node, index) => [node, middle(node) ?? index / layer.length]));
      layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      layer.forEach((node, index) => void places.set(node, index / layer.length));
    }
  }
  return layers;
}

/** Layers below each other, each in the middle; one of more than `across` nodes takes several rows. */
export function inWrappedLayers(
  layers: readonly (readonly number[])[],
  sizes: readonly Size[],
  across: number,
): Box[] {
  const rows = layers.flatMap((layer) => {
    const count = Math.ceil(layer.length / across);
    const each = Math.ceil(layer.length / count);
    return Array.from({ length: count }, (_, row) => ({
      nodes: layer.slice(row * each, (row + 1) * each),
      last: row === count - 1,
    }));
  });
  const widthOf = (nodes: readonly number[]) =>
    nodes.reduce((sum, node) => sum + (sizes[node]?.width ?? 0) + ACROSS, -ACROSS);
  const widest = Math.max(0, ...rows.map(({ nodes }) => widthOf(nodes)));
  const boxes: Box[] = [];
  let y = 0;
  for (const { nodes, last } of rows) {
    let x = (widest - widthOf(nodes)) / 2;
    let tallest = 0;
    for (const node of nodes) {
      const { width, height } = sizes[node] ?? { width: 0, height: 0 };
      boxes[node] = { x, y, width, height };
      x += width + ACROSS;
      tallest = Math.max(tallest, height);
    }
    y += tallest + (last ? DOWN : WRAPPED);
  }
  return boxes;
}

function ranked(before: readonly number[][], behind: readonly number[][]): number[][] {
  const waits = before.map((each) => each.length);
  const ranks = before.map(() => 0);
  const ready = waits.flatMap((count, node) => (count === 0 ? [node] : []));
  for (let at = 0; at < ready.length; at += 1) {
    const node = ready[at] as number;
    for (const next of behind[node] ?? []) {
      ranks[next] = Math.max(ranks[next] ?? 0, (ranks[node] ?? 0) + 1);
      waits[next] = (waits[next] ?? 0) - 1;
      if (waits[next] === 0) ready.push(next);
    }
  }
  const layers: number[][] = [];
  ranks.forEach((rank, node) => {
    const layer = layers[rank];
    if (layer === undefined) layers[rank] = [node];
    else layer.push(node);
  });
  return Array.from(layers, (layer) => layer ?? []);
}
