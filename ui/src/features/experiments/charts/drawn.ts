import type { ViewState } from "../view/viewState";

/** The parts of a view that say which runs are drawn. */
export type Choice = Pick<ViewState, "hidden" | "shown">;

/** The runs that are drawn: the top ones that are not hidden, then the ones chosen from below. */
export function drawnRuns(top: readonly string[], { hidden, shown }: Choice): string[] {
  const out = new Set(hidden);
  return [...new Set([...top, ...shown])].filter((runId) => !out.has(runId));
}

/** The choice after runs are drawn or taken away. Only what differs from the top is kept, so that URLs stay short. */
export function setDrawn(
  choice: Choice,
  runIds: readonly string[],
  draw: boolean,
  top: readonly string[],
): Choice {
  const changed = new Set(runIds);
  const inTop = new Set(top);
  const hidden = choice.hidden.filter((id) => !changed.has(id));
  const shown = choice.shown.filter((id) => !changed.has(id));
  return draw
    ? { hidden, shown: [...shown, ...runIds.filter((id) => !inTop.has(id))] }
    : { hidden: [...hidden, ...runIds.filter((id) => inTop.has(id))], shown };
}
