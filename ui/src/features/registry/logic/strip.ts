import type { LineageGraph, LineageKind, LineageNode } from "@/api/registry/lineage";

/** A stop on the way from data to what serves a version. */
export interface Station {
  id: string;
  label: string;
  nodes: readonly LineageNode[];
  /** What is said where nothing is known. */
  none: string;
}

/** The way of a version from the data to the endpoints; of nodes of a kind, those nearest to it come first. */
export function stationsOf(graph: LineageGraph): Station[] {
  const before = (kind: LineageKind) => pick(graph, (node) => node.kind === kind && node.depth < 0);
  const after = (kind: LineageKind) =>
    pick(graph, (node) => node.kind === kind && node.depth >= 0 && node.key !== graph.start);
  const copied = before("model_version");
  const copies = after("model_version");
  return [
    { id: "dataset", label: "Data", nodes: before("dataset"), none: "not recorded" },
    { id: "commit", label: "Commit", nodes: before("commit"), none: "not recorded" },
    { id: "pipeline_task", label: "Pipeline task", nodes: before("pipeline_task"), none: "of no pipeline" },
    { id: "run", label: "Run", nodes: before("run"), none: "not recorded" },
    { id: "logged_model", label: "Logged model", nodes: before("logged_model"), none: "none" },
    ...(copied.length > 0 ? [{ id: "copied", label: "Copied from", nodes: copied, none: "" }] : []),
    { id: "version", label: "This version", nodes: pick(graph, ({ key }) => key === graph.start), none: "" },
    { id: "evaluation", label: "Evaluations", nodes: after("run"), none: "none yet" },
    ...(copies.length > 0 ? [{ id: "copies", label: "Copies", nodes: copies, none: "" }] : []),
    { id: "endpoint", label: "Endpoints", nodes: after("endpoint"), none: "none yet" },
  ];
}

function pick(graph: LineageGraph, wanted: (node: LineageNode) => boolean): LineageNode[] {
  return graph.nodes.filter(wanted).sort((a, b) => Math.abs(a.depth) - Math.abs(b.depth));
}
