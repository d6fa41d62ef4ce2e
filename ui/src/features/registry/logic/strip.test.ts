import { expect, it } from "vitest";
import type { LineageGraph, LineageKind, LineageNode } from "@/api/registry/lineage";
import { stationsOf } from "./strip";

function node(kind: LineageKind, id: string, depth: number): LineageNode {
  return { key: `${kind}:${id}`, kind, id, title: id, detail: "", page: "", state: "", exists: true, depth };
}

const GRAPH: LineageGraph = {
  start: "model_version:1/3",
  is_whole: true,
  edges: [],
  nodes: [
    node("model_version", "1/3", 0),
    node("run", "older", -4),
    node("run", "trained", -2),
    node("logged_model", "m-1", -1),
    node("dataset", "digits@abc", -3),
    node("run", "measured", 0),
    node("endpoint", "prod", 1),
  ],
};

it("tells the runs that a version came of from those that measured it", () => {
  const stations = stationsOf(GRAPH);
  const told = Object.fromEntries(stations.map(({ id, nodes }) => [id, nodes.map((each) => each.id)]));
  expect(told).toEqual({
    dataset: ["digits@abc"],
    commit: [],
    pipeline_task: [],
    run: ["trained", "older"],
    logged_model: ["m-1"],
    version: ["1/3"],
    evaluation: ["measured"],
    endpoint: ["prod"],
  });
});

it("has a stop for copies only where there are some", () => {
  const nodes = [...GRAPH.nodes, node("model_version", "2/1", 1), node("model_version", "1/1", -1)];
  const ids = stationsOf({ ...GRAPH, nodes }).map((station) => station.id);
  expect(ids).toContain("copied");
  expect(ids.indexOf("copies")).toBeGreaterThan(ids.indexOf("version"));
});
