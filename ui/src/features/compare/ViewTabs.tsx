import { type KeyboardEvent, useRef } from "react";
import { useQueryState } from "@/lib/queryState";
import classes from "./ComparePage.module.css";

const VIEWS = [
  { id: "curves", label: "Curves" },
  { id: "parallel", label: "Parallel coordinates" },
  { id: "scatter", label: "Scatter" },
  { id: "code", label: "Code" },
] as const;

export type CompareView = (typeof VIEWS)[number]["id"];

export function readView(text: string | undefined): CompareView {
  return VIEWS.find((view) => view.id === text)?.id ?? "curves";
}

/** What stands below the differences. */
export function ViewTabs({ view }: { view: CompareView }) {
  const [, patchQuery] = useQueryState();
  const list = useRef<HTMLDivElement>(null);
  const show = (id: CompareView) => patchQuery({ view: id === "curves" ? undefined : id });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = (VIEWS.findIndex((one) => one.id === view) + step + VIEWS.length) % VIEWS.length;
    const next = VIEWS[index];
    if (next === undefined) return;
    show(next.id);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[index]?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label="Views" className={classes.tabs} onKeyDown={onKeyDown}>
      {VIEWS.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-selected={id === view}
          aria-controls={id === view ? `panel-${id}` : undefined}
          tabIndex={id === view ? 0 : -1}
          className={classes.tab}
          onClick={() => show(id)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
