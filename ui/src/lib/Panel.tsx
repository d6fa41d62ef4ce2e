import { type ReactNode, useId } from "react";
import classes from "./Panel.module.css";

interface PanelProps {
  title: string;
  /** Beside the title: how many there are. */
  count?: string | number | undefined;
  /** On the right of the title: a filter, a button. */
  tools?: ReactNode;
  /** Without air around the content: for tables. */
  flush?: boolean;
  children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, count, tools, flush = false, children }: PanelProps) {
  const titleId = useId();
  return (
    <section className={classes.panel} aria-labelledby={titleId}>
      <header className={classes.header}>
        <h2>
          <span id={titleId}>{title}</span>
          {count !== undefined && <span className={classes.count}>{count}</span>}
        </h2>
        {tools !== undefined && <div className={classes.tools}>{tools}</div>}
      </header>
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
