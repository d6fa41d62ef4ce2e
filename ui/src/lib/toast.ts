import { useSyncExternalStore } from "react";
import { errorHint, errorMessage } from "@/api/errors";

export interface Toast {
  id: number;
  kind: "done" | "error";
  text: string;
  hint: string | null;
  /** Takes the action back. */
  undo: (() => void) | null;
}

const listeners = new Set<() => void>();
let toasts: readonly Toast[] = [];
let lastId = 0;

/** Says that something was done; with `undo`, offers to take it back. */
export function toastDone(text: string, undo: (() => void) | null = null): void {
  add({ id: nextId(), kind: "done", text, hint: null, undo });
}

/** Says what failed, with the server's reason and hint. */
export function toastError(what: string, error: unknown): void {
  add({
    id: nextId(),
    kind: "error",
    text: `${what}: ${errorMessage(error)}`,
    hint: errorHint(error),
    undo: null,
  });
}

export function dismissToast(id: number): void {
  publish(toasts.filter((toast) => toast.id !== id));
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(subscribe, () => toasts);
}

const SHOWN_MAX = 3;

function add(toast: Toast): void {
  publish([...toasts, toast].slice(-SHOWN_MAX));
}

function nextId(): number {
  lastId += 1;
  return lastId;
}

function publish(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
