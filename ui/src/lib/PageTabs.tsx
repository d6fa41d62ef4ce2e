import { type KeyboardEvent, useRef } from "react";
import { PageLink, useGo } from "./PageLink";
import classes from "./PageTabs.module.css";
import type { Target } from "./paths";

export interface PageTab<T extends string> {
  readonly id: T;
  readonly label: string;
  readonly page: Target;
}

interface PageTabsProps<T extends string> {
  /** What these are parts of, for those who do not see it. */
  label: string;
  tabs: readonly PageTab<T>[];
  current: T;
}

/** The parts of a page; each is a link of its own. The panel is `panel-<id>`, and labelled by `tab-<id>`. */
export function PageTabs<T extends string>({ label, tabs, current }: PageTabsProps<T>) {
  const go = useGo();
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = (tabs.findIndex((one) => one.id === current) + step + tabs.length) % tabs.length;
    const next = tabs[index];
    if (next === undefined) return;
    go(next.page);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[index]?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={label} className={classes.tabs} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <PageLink
          key={tab.id}
          page={tab.page}
          role="tab"
          id={`tab-${tab.id}`}
          aria-selected={current === tab.id}
          aria-controls={current === tab.id ? `panel-${tab.id}` : undefined}
          tabIndex={current === tab.id ? 0 : -1}
          className={classes.tab}
        >
          {tab.label}
        </PageLink>
      ))}
    </div>
  );
}
