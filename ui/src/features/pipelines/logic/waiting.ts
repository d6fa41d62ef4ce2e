import type { Drawing, DrawnDag, DrawnTask, PipelineTask } from "@/api/pipelines/types";
import { isFinal } from "./states";

/** Tasks that are added for what has not begun; a run of more is not listed to its end. */
const ADDED_MAX = 5000;

export function dagsById({ dags }: Drawing): ReadonlyMap<string, DrawnDag> {
  return new Map(dags.map((dag) => [dag.id, dag]));
}

/** What a run has begun and, behind it, what it has not: nobody knows yet over what a loop goes that is not open. */
export function withWaiting(tasks: readonly PipelineTask[], drawing: Drawing): readonly PipelineTask[] {
  const dags = dagsById(drawing);
  const known = new Map(tasks.map((task) => [task.path, task]));
  const added: PipelineTask[] = [];
  const visit = (dagId: string, above: string) => {
    for (const drawn of dags.get(dagId)?.tasks ?? []) {
      if (added.length >= ADDED_MAX) return;
      const path = pathIn(above, drawn.name);
      const task = known.get(path);
      if (task === undefined) added.push(notBegun(path, drawn));
      if (task !== undefined && isFinal(task.state)) continue;
      if (drawn.kind === "dag") visit(drawn.dag, path);
      if (drawn.kind === "loop" && drawn.dag !== "")
        for (let number = 0; number < (task?.iterations ?? 0); number += 1) {
          const iteration = known.get(`${path}[${number}]`);
          if (iteration !== undefined && !isFinal(iteration.state)) visit(drawn.dag, iteration.path);
        }
    }
  };
  const run = known.get("");
  if (run === undefined || !isFinal(run.state)) visit(drawing.root, "");
  return added.length === 0 ? tasks : [...tasks, ...added];
}

/** What a task of a DAG is called in a run. */
export function pathIn(above: string, name: string): string {
  return above === "" ? name : `${above}/${name}`;
}

function notBegun(path: string, { name, kind }: DrawnTask): PipelineTask {
  return {
    id: "",
    path,
    name,
    kind,
    state: "waiting",
    attempt: 1,
    created_ms: 0,
    started_ms: null,
    ended_ms: null,
    error: "",
    workload: "",
    iterations: null,
    item: "",
  };
}
