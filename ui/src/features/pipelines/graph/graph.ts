import type { Drawing, DrawnTask, PipelineTask } from "@/api/pipelines/types";
import { dagsById, pathIn } from "../logic/waiting";

/** A task or an iteration as it is drawn; what is open holds others. */
export interface GraphNode {
  readonly path: string;
  /** The path of what it is drawn in; empty at the top. */
  readonly parent: string;
  readonly label: string;
  readonly drawn: DrawnTask;
  /** The number of this iteration; null for a task. */
  readonly iteration: number | null;
  readonly opens: boolean;
  readonly open: boolean;
}

export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly parent: string;
  /** The artifacts that go along it. */
  readonly artifacts: readonly string[];
  /** The parameters that go along it. */
  readonly parameters: readonly string[];
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Iterations of a loop that are drawn; the list has all of them. */
export const ITERATIONS_MAX = 500;
/** Below this many tasks all DAGs but loops stand open at first. */
const OPEN_MAX = 80;

/** What is drawn of a pipeline of which these paths stand open. A parent comes before what is in it. */
export function graphOf(
  drawing: Drawing,
  iterationsOf: (loop: string) => number,
  open: ReadonlySet<string>,
): Graph {
  const dags = dagsById(drawing);
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];

  const visitDag = (dagId: string, above: string) => {
    for (const drawn of dags.get(dagId)?.tasks ?? []) {
      const path = pathIn(above, drawn.name);
      const isLoop = drawn.kind === "loop";
      const opens = isLoop ? iterationsOf(path) > 0 : drawn.dag !== "";
      const isOpen = opens && open.has(path);
      nodes.push({
        path,
        parent: above,
        label: drawn.label,
        drawn,
        iteration: null,
        opens,
        open: isOpen,
      });
      for (const before of drawn.after) edges.push(edgeOf(pathIn(above, before), path, above, before, drawn));
      if (isOpen && isLoop) visitLoop(drawn, path);
      else if (isOpen) visitDag(drawn.dag, path);
    }
  };
  const visitLoop = (drawn: DrawnTask, loop: string) => {
    for (let number = 0; number < Math.min(iterationsOf(loop), ITERATIONS_MAX); number += 1) {
      const path = `${loop}[${number}]`;
      const isOpen = drawn.dag !== "" && open.has(path);
      nodes.push({
        path,
        parent: loop,
        label: `[${number}]`,
        drawn,
        iteration: number,
        opens: drawn.dag !== "",
        open: isOpen,
      });
      if (isOpen) visitDag(drawn.dag, path);
    }
  };
  visitDag(drawing.root, "");
  return { nodes, edges };
}

/** Which paths stand open before anybody has opened any: what is no loop, of a pipeline that is not large. */
export function drawnOpenAtFirst(drawing: Drawing): ReadonlySet<string> {
  const dags = dagsById(drawing);
  const open = new Set<string>();
  let seen = 0;
  const visit = (dagId: string, above: string) => {
    for (const drawn of dags.get(dagId)?.tasks ?? []) {
      seen += 1;
      if (seen > OPEN_MAX) return;
      const path = pathIn(above, drawn.name);
      if (drawn.kind !== "dag") continue;
      open.add(path);
      visit(drawn.dag, path);
    }
  };
  visit(drawing.root, "");
  return seen > OPEN_MAX ? new Set() : open;
}

/** How many of a loop's iterations, or of the steps in a DAG, are in each state. */
export function countsBelow(
  tasks: readonly PipelineTask[],
): ReadonlyMap<string, ReadonlyMap<PipelineTask["state"], number>> {
  const found = new Map<string, Map<PipelineTask["state"], number>>();
  for (const { path, state } of tasks) {
    const loop = /^(.*)\[\d+\]$/.exec(path)?.[1];
    if (loop === undefined) continue;
    const counts = found.get(loop) ?? new Map<PipelineTask["state"], number>();
    counts.set(state, (counts.get(state) ?? 0) + 1);
    found.set(loop, counts);
  }
  return found;
}

/** `inputs.parameter_values['pipelinechannel--judge-Output'] == 'good'` as one would write it. */
export function conditionText(condition: string): string {
  const plain = condition
    .replace(/inputs\.parameter(?:_value)?s\['([^']+)'\](?:\.\w+_value)?/g, (_, name: string) =>
      name.replace(/^pipelinechannel--/, ""),
    )
    .replace(/\b(?:int|double|string|bool)\(([\w.-]+)\)/g, "$1");
  const negated = /^!\((.*)\)$/.exec(plain)?.[1];
  return negated === undefined || negated.includes("!(") ? plain : `not ${negated}`;
}

function edgeOf(from: string, to: string, parent: string, before: string, drawn: DrawnTask): GraphEdge {
  const taken = drawn.takes.filter((each) => each.producer === before);
  const named = (kind: string) => [
    ...new Set(
      taken.filter((each) => each.kind === kind).map((each) => each.output.replace(/^pipelinechannel--/, "")),
    ),
  ];
  return {
    id: `${from} → ${to}`,
    from,
    to,
    parent,
    artifacts: named("artifact"),
    parameters: named("parameter"),
  };
}
