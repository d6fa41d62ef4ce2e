import { expect, it } from "vitest";
import type { LineageKind, LineageNode } from "@/api/registry/lineage";
import { versionsIn } from "./versionsIn";

const node = (kind: LineageKind, id: string, depth: number, exists = true): LineageNode => ({
  key: `${kind}:${id}`,
  kind,
  id,
  title: id,
  detail: "",
  page: "",
  state: "",
  exists,
  depth,
});

it("finds versions that came of a thing, near ones first, and none that are gone", () => {
  const nodes = [
    node("run", "r", 0),
    node("model_version", "copy", 3),
    node("model_version", "deleted", 2, false),
    node("logged_model", "m", 1),
    node("model_version", "first", 2),
    node("model_version", "taken", -1),
  ];
  const found = versionsIn({ start: "run:r", nodes, edges: [], is_whole: true });
  expect(found.map((each) => each.id)).toEqual(["first", "copy"]);
});
