import { describe, expect, it } from "vitest";
import type { Drawing, DrawnTask } from "@/api/pipelines/types";
import { task } from "../logic/testTask";
import { withWaiting } from "../logic/waiting";
import { conditionText, countsBelow, drawnOpenAtFirst, graphOf } from "./graph";
import { layoutOf } from "./layout";

const drawn = (name: string, change: Partial<DrawnTask> = {}): DrawnTask => ({
  name,
  label: name,
  kind: "executor",
  component: `comp-${name}`,
  dag: "",
  after: [],
  takes: [],
  condition: "",
  is_exit: false,
  outputs: [],
  ...change,
});
const made = { producer: "load", output: "data", kind: "artifact", type: "system.Dataset", name: "data" };
const DRAWING: Drawing = {
  name: "p",
  root: "root",
  dags: [
    {
      id: "root",
      tasks: [
        drawn("load"),
        drawn("loop", { kind: "loop", dag: "each", after: ["load"], takes: [made] }),
        drawn("if", {
          kind: "dag",
          dag: "then",
          after: ["loop"],
          condition: "inputs.parameter_values['x'] > 1",
        }),
      ],
    },
    { id: "each", tasks: [drawn("fit"), drawn("test", { after: ["fit"] })] },
    { id: "then", tasks: [drawn("deploy")] },
  ],
};
const paths = (open: string[], iterations: number) =>
  graphOf(DRAWING, () => iterations, new Set(open)).nodes.map((node) => node.path);

describe("what is drawn of a pipeline", () => {
  it("has what is open, with iterations only where there are some", () => {
    expect(paths([], 2)).toEqual(["load", "loop", "if"]);
    expect(paths(["loop", "if"], 0)).toEqual(["load", "loop", "if", "if/deploy"]);
    expect(paths(["loop", "loop[1]"], 2)).toEqual([
      "load",
      "loop",
      "loop[0]",
      "loop[1]",
      "loop[1]/fit",
      "loop[1]/test",
      "if",
    ]);
    expect(drawnOpenAtFirst(DRAWING)).toEqual(new Set(["if"]));
  });

  it("says what goes along an edge", () => {
    const edges = graphOf(DRAWING, () => 0, new Set()).edges;
    expect(edges.map(({ from, to, artifacts }) => [from, to, artifacts])).toEqual([
      ["load", "loop", ["data"]],
      ["loop", "if", []],
    ]);
  });

  it("draws what is in something inside of it, and nothing over anything else", () => {
    const graph = graphOf(DRAWING, () => 30, new Set(["loop", "loop[4]", "if"]));
    const boxes = layoutOf(graph);
    for (const node of graph.nodes) {
      const box = boxes.get(node.path);
      const around = boxes.get(node.parent);
      if (box === undefined) throw new Error(node.path);
      if (around !== undefined) {
        expect(box.x + box.width).toBeLessThanOrEqual(around.width);
        expect(box.y + box.height).toBeLessThanOrEqual(around.height);
      }
      const beside = graph.nodes.filter((one) => one.parent === node.parent && one !== node);
      for (const { path } of beside) {
        const other = boxes.get(path);
        if (other === undefined) throw new Error(path);
        const apart =
          other.x >= box.x + box.width ||
          box.x >= other.x + other.width ||
          other.y >= box.y + box.height ||
          box.y >= other.y + other.height;
        expect(apart, `${node.path} and ${path}`).toBe(true);
      }
    }
  });

  it("places a thousand tasks in an instant", () => {
    const many = Array.from({ length: 1000 }, (_, at) =>
      drawn(`t${at}`, { after: at < 20 ? [] : [`t${at - 20}`, `t${at - 20 + (at % 20 === 0 ? 1 : -1)}`] }),
    );
    const graph = graphOf(
      { name: "p", root: "root", dags: [{ id: "root", tasks: many }] },
      () => 0,
      new Set(),
    );
    const began = performance.now();
    expect(layoutOf(graph).size).toBe(1000);
    expect(performance.now() - began).toBeLessThan(500);
  });

  it("reads conditions as one would write them", () => {
    const judged = "inputs.parameter_values['pipelinechannel--judge-Output'] == 'good'";
    expect(conditionText(judged)).toBe("judge-Output == 'good'");
    expect(conditionText(`!(${judged})`)).toBe("not judge-Output == 'good'");
    expect(conditionText("int(inputs.parameter_values['n']) > 3")).toBe("n > 3");
  });
});

describe("what has not begun", () => {
  it("is listed behind what has, in open iterations too", () => {
    const tasks = [
      task("", { kind: "dag", state: "running" }),
      task("load"),
      task("loop", { kind: "loop", state: "running", iterations: 2 }),
      task("loop[0]", { kind: "dag", state: "running" }),
      task("loop[0]/fit", { state: "running" }),
    ];
    const added = withWaiting(tasks, DRAWING).slice(tasks.length);
    expect(added.map(({ path, state }) => `${path} ${state}`)).toEqual([
      "loop[0]/test waiting",
      "if waiting",
      "if/deploy waiting",
    ]);
    expect(withWaiting([task("", { kind: "dag", state: "failed" }), task("load")], DRAWING)).toHaveLength(2);
  });

  it("counts the iterations of a loop by state", () => {
    const counts = countsBelow([
      task("l[0]"),
      task("l[1]"),
      task("l[2]", { state: "failed" }),
      task("l[0]/a"),
    ]);
    expect([...(counts.get("l") ?? [])]).toEqual([
      ["succeeded", 2],
      ["failed", 1],
    ]);
  });
});
