import { Popover } from "@mantine/core";
import { useMemo, useState } from "react";
import { FilterBox, matchesFilter } from "@/lib/FilterBox";
import { formatCount } from "@/lib/numbers";
import type { ParquetColumn } from "../parquet";
import classes from "./ColumnPicker.module.css";
import bar from "./Preview.module.css";

interface ColumnPickerProps {
  columns: readonly ParquetColumn[];
  chosen: readonly string[];
  onChange: (names: readonly string[]) => void;
}

/** Offered at once; the filter finds the others. */
const LISTED_MAX = 200;

/** The schema of a file, and which of its columns are shown. */
export function ColumnPicker({ columns, chosen, onChange }: ColumnPickerProps) {
  const [filter, setFilter] = useState("");
  const found = useMemo(
    () => columns.filter((column) => matchesFilter(column.name, filter)),
    [columns, filter],
  );
  const shown = new Set(chosen);
  const toggle = (name: string) => {
    if (!shown.delete(name)) shown.add(name);
    // The order of the file is kept, whatever the order of choosing.
    onChange(columns.filter((column) => shown.has(column.name)).map((column) => column.name));
  };
  return (
    <Popover position="bottom-end" width={320} trapFocus>
      <Popover.Target>
        <button type="button" className={bar.button}>
          Schema
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown ?? ""}>
        <FilterBox value={filter} onChange={setFilter} what="columns" />
        <ul className={classes.list}>
          {found.slice(0, LISTED_MAX).map((column) => (
            <li key={column.name}>
              <label>
                <input
                  type="checkbox"
                  checked={shown.has(column.name)}
                  onChange={() => toggle(column.name)}
                />
                <span className={classes.name}>{column.name}</span>
                <span className={classes.type}>
                  {column.type}
                  {column.nullable ? "?" : ""}
                </span>
              </label>
            </li>
          ))}
        </ul>
        {found.length > LISTED_MAX && (
          <p className={classes.type}>{formatCount(found.length - LISTED_MAX)} more: narrow the filter</p>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
