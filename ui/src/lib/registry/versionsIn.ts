import type { LineageGraph, LineageNode } from "@/api/registry/lineage";

/** The versions that came of a thing and are there still, the nearest first. */
export function versionsIn(graph: LineageGraph): LineageNode[] {
  return graph.nodes
    .filter((node) => node.kind === "model_version" && node.exists && node.depth > 0)
    .sort((a, b) => a.depth - b.depth);
}
