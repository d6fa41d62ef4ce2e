import { ActionIcon, Menu } from "@mantine/core";
import { ArrowDown, ArrowUp, Eye } from "lucide-react";
import {
  aggregateLabel,
  type Column,
  columnId,
  columnLabel,
  descendsFirst,
  NAME_COLUMN,
  sortField,
} from "../view/columns";
import { type Sort, TOP_CHOICES } from "../view/viewState";
import { ColumnEdge } from "./ColumnEdge";
import { ColumnMenu } from "./ColumnMenu";
import { isNumeric } from "./cellText";
import type { RunTableProps } from "./RunTable";
import shared from "./RunTable.module.css";
import classes from "./RunTableHeader.module.css";
import type { ColumnCell } from "./useColumnCells";

interface RunTableHeaderProps extends RunTableProps {
  cells: readonly ColumnCell[];
  nameWidth: number;
  height: number;
  total: number | null;
}

/** Names of columns: a click sorts, the menu does the rest. */
export function RunTableHeader(props: RunTableHeaderProps) {
  const { columns, sort, selection, cells, widths, onSort, onWidths } = props;
  const some = selection.ids.size > 0;
  return (
    <div role="row" aria-rowindex={1} className={classes.header} style={{ height: props.height }}>
      <div className={shared.fixed} role="presentation">
        <div role="columnheader" className={shared.tick}>
          <input
            type="checkbox"
            checked={some}
            ref={(box) => {
              if (box !== null) box.indeterminate = some && selection.ids.size < (props.total ?? 0);
            }}
            onChange={() => props.onSelectAll(!some)}
            aria-label={some ? "Select nothing" : "Select all runs"}
          />
        </div>
        <div role="columnheader" className={shared.draw}>
          <TopMenu top={props.top} onTop={props.onTop} />
        </div>
        <div role="columnheader" aria-sort={ariaSort(sort, NAME_COLUMN)} className={classes.nameHead}>
          <SortButton column={NAME_COLUMN} sort={sort} onSort={onSort} />
          <ColumnEdge column={NAME_COLUMN} width={props.nameWidth} widths={widths} onWidths={onWidths} />
        </div>
      </div>
      {cells.map(({ column, id, index, left, width }) => (
        <div
          key={id}
          role="columnheader"
          aria-colindex={index + 4}
          aria-sort={ariaSort(sort, column)}
          className={classes.head}
          data-numeric={isNumeric(column) || undefined}
          style={{ left, width }}
        >
          <SortButton column={column} sort={sort} onSort={onSort} />
          <ColumnMenu
            column={column}
            columns={columns}
            sort={sort}
            onSort={onSort}
            onColumns={props.onColumns}
          />
          <ColumnEdge column={column} width={width} widths={widths} onWidths={onWidths} />
        </div>
      ))}
    </div>
  );
}

function SortButton({ column, sort, onSort }: { column: Column; sort: Sort; onSort: (sort: Sort) => void }) {
  const label = columnLabel(column);
  const sorted = columnId(sort.column) === columnId(column);
  const Arrow = sort.descending ? ArrowDown : ArrowUp;
  const text = (
    <>
      <span className={classes.headLabel}>
        <span>{label}</span>
        {sorted && <Arrow size={12} aria-hidden />}
      </span>
      {column.kind === "metrics" && <small>{aggregateLabel(column.key, column.aggregate)}</small>}
      {column.kind === "params" && <small>parameter</small>}
      {column.kind === "tags" && <small>tag</small>}
    </>
  );
  if (sortField(column) === null) {
    return (
      <span className={classes.sort} title={label}>
        {text}
      </span>
    );
  }
  const next = { column, descending: sorted ? !sort.descending : descendsFirst(column) };
  return (
    <button type="button" className={classes.sort} onClick={() => onSort(next)} title={`${label}: sort`}>
      {text}
    </button>
  );
}

function TopMenu({ top, onTop }: { top: number; onTop: (top: number) => void }) {
  return (
    <Menu position="bottom-start" width={190}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label="Which runs are drawn"
          title="Which runs are drawn"
        >
          <Eye size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Draw in the charts</Menu.Label>
        {TOP_CHOICES.map((choice) => (
          <Menu.Item key={choice} onClick={() => onTop(choice)} fw={choice === top ? 600 : 400}>
            {choice === 0 ? "Only those I pick" : `The first ${choice} of the table`}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ariaSort(sort: Sort, column: Column): "ascending" | "descending" | undefined {
  if (columnId(sort.column) !== columnId(column)) return undefined;
  return sort.descending ? "descending" : "ascending";
}
