import type { ReactNode } from "react";
import classes from "./TaskDetail.module.css";

interface BlameProps {
  title: string;
  text: string;
  /** It is no failure, but something to know. */
  calm?: boolean;
  children?: ReactNode;
}

/** What went wrong, and the ways on from there; nothing where nothing did. */
export function Blame({ title, text, calm = false, children }: BlameProps) {
  if (text === "") return null;
  return (
    <section className={classes.blame} aria-label={calm ? "Note" : title} data-calm={calm || undefined}>
      <code>{text}</code>
      <div className={classes.links}>{children}</div>
    </section>
  );
}
