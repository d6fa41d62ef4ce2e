import type { JobKind, JobState } from "@/api/compute/types";

/** In the order in which a job goes through them. */
export const STATES: readonly JobState[] = [
  "queued",
  "admitted",
  "running",
  "stopping",
  "succeeded",
  "failed",
  "stopped",
];

export const KINDS: readonly JobKind[] = [
  "job",
  "task",
  "worker",
  "trial",
  "replica",
  "notebook",
  "tensorboard",
  "build",
];

const LABELS: Record<JobState, string> = {
  queued: "Waiting",
  admitted: "Starting",
  running: "Running",
  stopping: "Stopping",
  succeeded: "Succeeded",
  failed: "Failed",
  stopped: "Stopped",
};

export function stateLabel(state: JobState): string {
  return LABELS[state] ?? state;
}

/** Whether it can still be stopped. */
export function isLive(state: JobState): boolean {
  return state === "queued" || state === "admitted" || state === "running" || state === "stopping";
}

/** Whether it has processes now, or will at once. */
export function isActive(state: JobState): boolean {
  return isLive(state) && state !== "queued";
}
