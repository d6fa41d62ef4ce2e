import type { ReactNode } from "react";
import classes from "./FirstSteps.module.css";

interface FirstStepsProps {
  id: string;
  title: string;
  children: ReactNode;
}

/** What an empty list teaches: ways to the first of its kind. */
export function FirstSteps({ id, title, children }: FirstStepsProps) {
  return (
    <section className={classes.steps} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}
