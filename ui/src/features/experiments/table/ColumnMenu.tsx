import { Menu } from "@mantine/core";
import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Check, ChevronDown, X } from "lucide-react";
import type { Aggregate } from "@/api/types";
import { guessDirection } from "@/lib/bestDirection";
import { type Column, columnId, columnLabel, sortField } from "../view/columns";
import type { Sort } from "../view/viewState";
import classes from "./RunTableHeader.module.css";

interface ColumnMenuProps {
  column: Column;
  columns: readonly Column[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  onColumns: (columns: Column[]) => void;
}

const AGGREGATES: { value: Aggregate; label: string }[] = [
  { value: "last", label: "Last value" },
  { value: "min", label: "Lowest value" },
  { value: "max", label: "Highest value" },
];

/** What one can do with a column. */
export function ColumnMenu({ column, columns, sort, onSort, onColumns }: ColumnMenuProps) {
  const id = columnId(column);
  const at = columns.findIndex((other) => columnId(other) === id);
  const move = (step: number) => {
    const next = columns.filter((_, index) => index !== at);
    next.splice(at + step, 0, column);
    onColumns(next);
  };
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <button type="button" className={classes.menu} aria-label={`Options of ${columnLabel(column)}`}>
          <ChevronDown size={13} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {column.kind === "metrics" && (
          <AggregateItems
            column={column}
            columns={columns}
            sort={sort}
            onSort={onSort}
            onColumns={onColumns}
          />
        )}
        {sortField(column) !== null && (
          <>
            <Menu.Item
              leftSection={<ArrowUp size={14} />}
              onClick={() => onSort({ column, descending: false })}
            >
              Sort ascending
            </Menu.Item>
            <Menu.Item
              leftSection={<ArrowDown size={14} />}
              onClick={() => onSort({ column, descending: true })}
            >
              Sort descending
            </Menu.Item>
            <Menu.Divider />
          </>
        )}
        <Menu.Item leftSection={<ArrowLeft size={14} />} disabled={at <= 0} onClick={() => move(-1)}>
          Move left
        </Menu.Item>
        <Menu.Item
          leftSection={<ArrowRight size={14} />}
          disabled={at >= columns.length - 1}
          onClick={() => move(1)}
        >
          Move right
        </Menu.Item>
        <Menu.Item
          leftSection={<X size={14} />}
          onClick={() => onColumns(columns.filter((other) => columnId(other) !== id))}
        >
          Take out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function AggregateItems(props: ColumnMenuProps & { column: Extract<Column, { kind: "metrics" }> }) {
  const { column, columns, sort, onSort, onColumns } = props;
  const id = columnId(column);
  const best = guessDirection(column.key);
  const change = (aggregate: Aggregate) => {
    const next: Column = { ...column, aggregate };
    const others = columns.filter((other) => columnId(other) !== columnId(next) || columnId(other) === id);
    onColumns(others.map((other) => (columnId(other) === id ? next : other)));
    if (columnId(sort.column) === id) onSort({ ...sort, column: next });
  };
  return (
    <>
      <Menu.Label>Show of each run</Menu.Label>
      {AGGREGATES.map(({ value, label }) => (
        <Menu.Item
          key={value}
          leftSection={
            value === column.aggregate ? (
              <Check size={14} aria-label="chosen" />
            ) : (
              <span style={{ width: 14 }} />
            )
          }
          onClick={() => change(value)}
        >
          {label}
          {value === best && " (best)"}
        </Menu.Item>
      ))}
      <Menu.Divider />
    </>
  );
}
