import { useSyncExternalStore } from "react";

/** Where the pointer or the keyboard is, shared by every chart of a wall. */
export interface CursorState {
  /** In units of the x axis; null when no chart is pointed at. */
  readonly x: number | null;
  /** The chart that is pointed at. */
  readonly chart: string | null;
  /** Height of the pointer in that chart, in pixels; null when the keyboard moves the cursor. */
  readonly top: number | null;
  /** The run whose line is pointed at; it stands out in every chart. */
  readonly run: string | null;
}

const NOWHERE: CursorState = { x: null, chart: null, top: null, run: null };

export class CursorStore {
  private state = NOWHERE;
  private readonly listeners = new Set<() => void>();

  readonly get = (): CursorState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  move(next: CursorState): void {
    this.publish(next);
  }

  /** Lets a run stand out without pointing into a chart: from a legend or a table. */
  point(run: string | null): void {
    this.publish({ ...this.state, run });
  }

  /** Takes the cursor away, if `chart` still has it. */
  leave(chart: string): void {
    if (this.state.chart === chart) this.publish(NOWHERE);
  }

  private publish(next: CursorState): void {
    const { x, chart, top, run } = this.state;
    if (next.x === x && next.chart === chart && next.top === top && next.run === run) return;
    this.state = next;
    for (const listener of this.listeners) listener();
  }
}

/** The cursor as `select` sees it; renders again only when that changes. */
export function useCursor<T>(store: CursorStore, select: (state: CursorState) => T): T {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
