import { type KeyboardEvent, useRef } from "react";
import type { RunDetail } from "@/api/types";
import { PageLink, useGo } from "@/lib/PageLink";
import { type RunTab, runPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import classes from "./RunPage.module.css";

const TABS: { id: RunTab; label: string }[] = [
  { id: "overview", label: "Overview" },
  { id: "charts", label: "Charts" },
  { id: "artifacts", label: "Artifacts" },
  { id: "system", label: "System" },
  { id: "code", label: "Code & data" },
];

/** The parts of a run's page; each is a link of its own. */
export function RunTabs({ run, tab }: { run: RunDetail; tab: RunTab }) {
  const workspace = useWorkspace();
  const go = useGo();
  const list = useRef<HTMLDivElement>(null);
  const page = (id: RunTab) =>
    runPage(workspace, run.experiment_id, run.run_id, id === "overview" ? undefined : id);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = (TABS.findIndex((one) => one.id === tab) + step + TABS.length) % TABS.length;
    const next = TABS[index];
    if (next === undefined) return;
    go(page(next.id));
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[index]?.focus();
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-label="Parts of the run"
      className={classes.tabs}
      onKeyDown={onKeyDown}
    >
      {TABS.map(({ id, label }) => (
        <PageLink
          key={id}
          page={page(id)}
          role="tab"
          id={`tab-${id}`}
          aria-selected={tab === id}
          aria-controls={tab === id ? `panel-${id}` : undefined}
          tabIndex={tab === id ? 0 : -1}
          className={classes.tab}
        >
          {label}
        </PageLink>
      ))}
    </div>
  );
}
