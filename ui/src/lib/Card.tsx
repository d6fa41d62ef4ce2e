import { type ReactNode, useId } from "react";
import classes from "./Card.module.css";

interface CardProps {
  title: string;
  /** Stands right of the title: a count, a link. */
  aside?: ReactNode;
  tone?: "calm" | "bad";
  children: ReactNode;
}

/** A titled box on a page. */
export function Card({ title, aside, tone = "calm", children }: CardProps) {
  const id = useId();
  return (
    <section className={classes.card} data-tone={tone} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
