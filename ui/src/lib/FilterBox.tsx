import { Search } from "lucide-react";
import classes from "./FilterBox.module.css";

interface FilterBoxProps {
  value: string;
  onChange: (text: string) => void;
  /** What is filtered: "parameters". */
  what: string;
}

/** A small text field that narrows a list. */
export function FilterBox({ value, onChange, what }: FilterBoxProps) {
  return (
    <span className={classes.box}>
      <Search size={13} aria-hidden />
      <input
        type="search"
        value={value}
        placeholder="Filter"
        aria-label={`Filter ${what}`}
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  );
}

/** Whether `text` holds every word of `filter`, in any order and case. */
export function matchesFilter(text: string, filter: string): boolean {
  const low = text.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
}
