import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronUp } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import classes from "./VirtualTable.module.css";

export interface TableColumn {
  readonly id: string;
  readonly header: ReactNode;
  /** Pixels; a column without a width shares what is left. */
  readonly width?: number;
  readonly align?: "right";
  readonly title?: string;
  readonly sortable?: boolean;
}

export interface TableSort {
  readonly id: string;
  readonly descending: boolean;
}

interface VirtualTableProps {
  label: string;
  columns: readonly TableColumn[];
  count: number;
  /** What stands in a cell; called only for rows in view. */
  cell: (row: number, column: number) => ReactNode;
  rowKey?: (row: number) => string | number;
  /** Pixels. Every row has this height. */
  rowHeight?: number;
  /** A CSS length; without it the table fills its parent. */
  maxHeight?: string;
  sort?: TableSort | null;
  onSort?: (sort: TableSort) => void;
  /** Keep the first column in sight while scrolling sideways. */
  pinFirst?: boolean;
  /** Marks rows that head a group of rows. */
  isHeading?: (row: number) => boolean;
  /** Told which rows are in view, first and last. */
  onView?: (first: number, last: number) => void;
}

/** A table of any number of rows that draws only those in view. Real table elements, so that it can be read out. */
export function VirtualTable(props: VirtualTableProps) {
  const {
    label,
    columns,
    count,
    cell,
    rowKey,
    rowHeight = 28,
    maxHeight,
    sort,
    onSort,
    onView,
    isHeading,
  } = props;
  const scroll = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => onView?.(first, last), [onView, first, last]);
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items[items.length - 1]?.end ?? 0);
  const width = columns.reduce((sum, column) => sum + (column.width ?? 120), 0);

  return (
    <section
      ref={scroll}
      className={classes.scroll}
      style={{ maxHeight, height: maxHeight === undefined ? "100%" : undefined }}
      aria-label={`${label} table`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
      tabIndex={0}
    >
      <table
        className={classes.table}
        aria-rowcount={count + 1}
        data-pinned={props.pinFirst === true}
        style={{ minWidth: width }}
      >
        <colgroup>
          {columns.map((column) => (
            <col key={column.id} style={column.width === undefined ? undefined : { width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={before} columns={columns.length} />
          {items.map(({ index }) => (
            <tr
              key={rowKey?.(index) ?? index}
              aria-rowindex={index + 2}
              data-heading={isHeading?.(index)}
              style={{ height: rowHeight }}
            >
              {columns.map((column, at) => (
                <td key={column.id} data-align={column.align}>
                  {cell(index, at)}
                </td>
              ))}
            </tr>
          ))}
          <Spacer height={after} columns={columns.length} />
        </tbody>
      </table>
    </section>
  );
}

interface HeaderCellProps {
  column: TableColumn;
  sort: TableSort | null | undefined;
  onSort: ((sort: TableSort) => void) | undefined;
}

function HeaderCell({ column, sort, onSort }: HeaderCellProps) {
  const { id, header, align, title } = column;
  const sorted = sort?.id === id;
  const direction = sorted ? (sort.descending ? "descending" : "ascending") : undefined;
  if (onSort === undefined || column.sortable === false) {
    return (
      <th scope="col" data-align={align} title={title}>
        {header}
      </th>
    );
  }
  return (
    <th scope="col" data-align={align} title={title} aria-sort={direction}>
      <button type="button" onClick={() => onSort({ id, descending: sorted ? !sort.descending : false })}>
        {header}
        {sorted &&
          (sort.descending ? <ChevronDown size={13} aria-hidden /> : <ChevronUp size={13} aria-hidden />)}
      </button>
    </th>
  );
}

/** Stands for the rows that are not drawn. */
function Spacer({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
