import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useMemo, useRef } from "react";
import type { RunRow } from "@/api/types";
import { layout as sizes } from "@/design/tokens";
import { type Column, columnId } from "../view/columns";
import { fitWidths, nameWidthFor } from "./widths";

/** A column that is on the screen, and where. Pixels. */
export interface ColumnCell {
  column: Column;
  id: string;
  index: number;
  left: number;
  width: number;
}

export interface ColumnCells {
  cells: readonly ColumnCell[];
  nameWidth: number;
  totalWidth: number;
}

/** The box to tick and the line that shows whether a run is drawn. */
const CONTROLS_PX = 66;

/** Which columns show, and how wide: they fit what is in them, and only those in sight exist. */
export function useColumnCells(
  scroller: RefObject<HTMLDivElement | null>,
  columns: readonly Column[],
  rows: readonly RunRow[],
): ColumnCells {
  const narrow = useMediaQuery(`(max-width: ${sizes.narrow}px)`) ?? false;
  const known = useRef<ReadonlyMap<string, number>>(new Map());
  const widths = useMemo(() => fitWidths(columns, rows, known.current), [columns, rows]);
  known.current = new Map([...known.current, ...widths]);

  const nameWidth = useMemo(() => nameWidthFor(rows, narrow), [rows, narrow]);
  const widthAt = (index: number) => {
    const column = columns[index];
    return column === undefined ? 0 : (widths.get(columnId(column)) ?? 0);
  };
  const virtual = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: widthAt,
    paddingStart: CONTROLS_PX + nameWidth,
    overscan: 3,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured again when these change.
  useEffect(() => virtual.measure(), [widths, nameWidth, virtual]);

  const items = virtual.getVirtualItems();
  const shape = items.map((item) => `${item.index}:${item.start}:${item.size}`).join(",");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the items, which are new every time.
  const cells = useMemo(
    () =>
      items.flatMap((item) => {
        const column = columns[item.index];
        if (column === undefined) return [];
        return { column, id: columnId(column), index: item.index, left: item.start, width: item.size };
      }),
    [shape, columns],
  );
  return { cells, nameWidth, totalWidth: virtual.getTotalSize() };
}
