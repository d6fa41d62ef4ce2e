import type { RunState, TaskState } from "@/api/pipelines/types";

/** In the order in which a run goes through them. */
export const RUN_STATES: readonly RunState[] = [
  "PENDING",
  "RUNNING",
  "CANCELING",
  "SUCCEEDED",
  "FAILED",
  "CANCELED",
];

const LABELS: Record<Lowercase<RunState> | TaskState, string> = {
  pending: "Waiting",
  waiting: "Waiting",
  ready: "Starting",
  running: "Running",
  canceling: "Stopping",
  succeeded: "Succeeded",
  cached: "Reused",
  skipped: "Skipped",
  failed: "Failed",
  canceled: "Stopped",
  upstream_failed: "Upstream failed",
};

export type AnyState = keyof typeof LABELS;

/** A run's state by the word that its tasks have for it. */
export function lowerState(state: RunState | TaskState): AnyState {
  return state.toLowerCase() as AnyState;
}

export function stateLabel(state: RunState | TaskState): string {
  return LABELS[lowerState(state)] ?? state;
}

/** Whether something is still to come of it. */
export function isLive(state: RunState | TaskState): boolean {
  return ["pending", "waiting", "ready", "running", "canceling"].includes(lowerState(state));
}

export function isFinal(state: RunState | TaskState): boolean {
  return !isLive(state);
}

/** Whether a retry would begin it again. */
export function canRetry(state: RunState): boolean {
  return state === "FAILED" || state === "CANCELED";
}
