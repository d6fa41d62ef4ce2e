import { Popover } from "@mantine/core";
import { useMemo } from "react";
import { CheckList } from "@/lib/CheckList";
import type { ParquetColumn } from "../parquet";
import bar from "./Preview.module.css";

interface ColumnPickerProps {
  columns: readonly ParquetColumn[];
  chosen: readonly string[];
  onChange: (names: readonly string[]) => void;
}

/** The schema of a file, and which of its columns are shown. */
export function ColumnPicker({ columns, chosen, onChange }: ColumnPickerProps) {
  const items = useMemo(
    () =>
      columns.map(({ name, type, nullable }) => ({
        id: name,
        label: name,
        aside: nullable ? `${type}?` : type,
      })),
    [columns],
  );
  return (
    <Popover position="bottom-end" width={320} trapFocus>
      <Popover.Target>
        <button type="button" className={bar.button}>
          Schema
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <CheckList items={items} chosen={chosen} onChange={onChange} what="columns" />
      </Popover.Dropdown>
    </Popover>
  );
}
