import { useMemo, useState } from "react";
import classes from "./CheckList.module.css";
import { FilterBox, matchesFilter } from "./FilterBox";
import { formatCount } from "./numbers";

export interface CheckItem {
  readonly id: string;
  readonly label: string;
  readonly aside?: string;
}

interface CheckListProps {
  items: readonly CheckItem[];
  chosen: readonly string[];
  /** The ids chosen now, in the order of `items`. */
  onChange: (ids: string[]) => void;
  /** What is chosen: "columns". */
  what: string;
}

/** Offered at once; the filter finds the others. */
const LISTED_MAX = 200;

/** Any number of things to choose from, with a filter. */
export function CheckList({ items, chosen, onChange, what }: CheckListProps) {
  const [filter, setFilter] = useState("");
  const found = useMemo(() => items.filter((item) => matchesFilter(item.label, filter)), [items, filter]);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(items.filter((item) => next.has(item.id)).map((item) => item.id));
  };
  return (
    <div className={classes.checks}>
      <FilterBox value={filter} onChange={setFilter} what={what} />
      <ul className={classes.list}>
        {found.slice(0, LISTED_MAX).map((item) => (
          <li key={item.id}>
            <label>
              <input type="checkbox" checked={chosen.includes(item.id)} onChange={() => toggle(item.id)} />
              <span className={classes.label} title={item.label}>
                {item.label}
              </span>
              <span className={classes.aside}>{item.aside}</span>
            </label>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={classes.aside}>Nothing matches.</p>}
      {found.length > LISTED_MAX && (
        <p className={classes.aside}>{formatCount(found.length - LISTED_MAX)} more: narrow the filter</p>
      )}
    </div>
  );
}
