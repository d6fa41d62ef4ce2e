import type { PipelineTask } from "@/api/pipelines/types";

/** A task for tests. */
export function task(path: string, change: Partial<PipelineTask> = {}): PipelineTask {
  return {
    id: path,
    path,
    name: path.split("/").at(-1) ?? "",
    kind: "executor",
    state: "succeeded",
    attempt: 1,
    created_ms: 0,
    started_ms: 0,
    ended_ms: 10,
    error: "",
    workload: "",
    iterations: null,
    item: "",
    ...change,
  };
}
