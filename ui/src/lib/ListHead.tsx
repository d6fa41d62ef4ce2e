import type { ReactNode } from "react";
import classes from "./ListHead.module.css";
import { formatCount } from "./numbers";

interface ListHeadProps {
  title: string;
  /** How many there are; undefined until that is known. */
  total: number | undefined;
  /** What narrows the list, and what is made anew. */
  children: ReactNode;
}

/** The head of a page that is a list. */
export function ListHead({ title, total, children }: ListHeadProps) {
  return (
    <div className={classes.tools}>
      <h1>
        {title} <span className="tm-number">{total === undefined ? "" : formatCount(total)}</span>
      </h1>
      {children}
    </div>
  );
}
