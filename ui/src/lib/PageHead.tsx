import type { ReactNode } from "react";
import classes from "./PageHead.module.css";

interface PageHeadProps {
  title: string;
  /** On the right of the title: buttons. */
  tools: ReactNode;
  children: ReactNode;
}

/** The head of a page of one thing: its name, what can be done with it, and what is known of it. */
export function PageHead({ title, tools, children }: PageHeadProps) {
  return (
    <header className={classes.header}>
      <div className={classes.first}>
        <h1 title={title}>{title}</h1>
        {tools}
      </div>
      {children}
    </header>
  );
}
