import type { ReactNode } from "react";
import classes from "./SelectionBar.module.css";

interface SelectionBarProps {
  label: string;
  /** How many of what are selected. */
  text: string;
  children: ReactNode;
}

/** Floats over a list in which rows are selected: how many there are, and what can be done with them. */
export function SelectionBar({ label, text, children }: SelectionBarProps) {
  return (
    <div className={classes.bar} role="toolbar" aria-label={label}>
      <strong className="tm-number">{text}</strong>
      {children}
    </div>
  );
}
