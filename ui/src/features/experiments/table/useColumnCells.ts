import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useMemo, useRef } from "react";
import type { RunRow } from "@/api/types";
import { layout as sizes } from "@/design/tokens";
import { type Column, columnId, NAME_COLUMN } from "../view/columns";
import type { Widths } from "../view/viewState";
import { CURVE_PX, curveColumns, fitWidths, nameWidthFor } from "./widths";

/** A column that is on the screen, and where. Pixels. */
export interface ColumnCell {
  column: Column;
  id: string;
  index: number;
  left: number;
  width: number;
  /** The metric's curve stands beside its value. */
  withCurve: boolean;
}

export interface ColumnCells {
  cells: readonly ColumnCell[];
  /** The metrics on the screen of which curves show. */
  curveKeys: readonly string[];
  nameWidth: number;
  totalWidth: number;
}

/** The box to tick and the line that shows whether a run is drawn. */
const CONTROLS_PX = 66;

/** Which columns show, and how wide: as someone made them, or so that they fit. Only those in sight exist. */
export function useColumnCells(
  scroller: RefObject<HTMLDivElement | null>,
  columns: readonly Column[],
  rows: readonly RunRow[],
  own: Widths,
  curves: boolean,
): ColumnCells {
  const narrow = useMediaQuery(`(max-width: ${sizes.narrow}px)`) ?? false;
  const curved = useMemo(
    () => (curves ? curveColumns(columns, rows, own) : NONE),
    [columns, rows, own, curves],
  );
  const known = useRef<ReadonlyMap<string, number>>(new Map());
  const fitting = useMemo(() => fitWidths(columns, rows, known.current), [columns, rows]);
  known.current = new Map([...known.current, ...fitting]);

  const fittingName = useMemo(() => nameWidthFor(rows, narrow), [rows, narrow]);
  const nameWidth = narrow ? fittingName : (own[columnId(NAME_COLUMN)] ?? fittingName);
  const widthAt = (index: number) => {
    const column = columns[index];
    if (column === undefined) return 0;
    const id = columnId(column);
    return own[id] ?? (fitting.get(id) ?? 0) + (curved.has(id) ? CURVE_PX : 0);
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
  useEffect(() => virtual.measure(), [fitting, curved, own, nameWidth, virtual]);

  const items = virtual.getVirtualItems();
  const shape = items.map((item) => `${item.index}:${item.start}:${item.size}`).join(",");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the items, which are new every time.
  const cells = useMemo(
    () =>
      items.flatMap((item) => {
        const column = columns[item.index];
        if (column === undefined) return [];
        const id = columnId(column);
        const place = { index: item.index, left: item.start, width: item.size };
        return { column, id, ...place, withCurve: curved.has(id) };
      }),
    [shape, columns, curved],
  );
  const curveKeys = useMemo(
    () => cells.filter((cell) => cell.withCurve).map((cell) => cell.column.key),
    [cells],
  );
  return { cells, curveKeys, nameWidth, totalWidth: virtual.getTotalSize() };
}

const NONE: ReadonlySet<string> = new Set();
