import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import type { XAxis } from "@/api/types";
import { formatExact, formatNumber } from "@/lib/numbers";
import { Swatch } from "@/lib/Swatch";
import classes from "./CurveTable.module.css";
import { axisName, type Curve } from "./logic/curves";
import { axisValue } from "./logic/labels";
import { toRows } from "./logic/rows";

interface CurveTableProps {
  metric: string;
  curves: readonly Curve[];
  x: XAxis;
}

const ROW_PX = 26;

/** The numbers a chart is drawn from: a row per bucket, a column per run. */
export function CurveTable({ metric, curves, x }: CurveTableProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const { x: at, cells } = useMemo(() => toRows(curves), [curves]);
  const virtual = useVirtualizer({
    count: at.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items[items.length - 1]?.end ?? 0);
  return (
    <section
      ref={scroll}
      className={classes.scroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
      tabIndex={0}
      aria-label={`${metric} as a table`}
    >
      <table className={classes.table} aria-rowcount={at.length + 1}>
        {curves.some((curve) => curve.points > curve.x.length) && (
          <caption>Each row is a bucket at its last {axisName(x)}, with the mean of its points.</caption>
        )}
        <thead>
          <tr>
            <th scope="col">{axisName(x)}</th>
            {curves.map(({ run }) => (
              <th key={run.runId} scope="col" title={run.name}>
                <Swatch line={{ color: run.color, dash: run.dash ?? [] }} width={14} /> {run.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Spacer height={before} columns={curves.length + 1} />}
          {items.map(({ index }) => (
            <tr key={index} aria-rowindex={index + 2}>
              <th scope="row">{x === "step" ? formatNumber(at[index]) : axisValue(x, at[index] ?? 0)}</th>
              {cells.map((column, i) => (
                <Cell key={curves[i]?.run.runId} value={column[index]} />
              ))}
            </tr>
          ))}
          {after > 0 && <Spacer height={after} columns={curves.length + 1} />}
        </tbody>
      </table>
    </section>
  );
}

function Cell({ value }: { value: number | null | undefined }) {
  if (value === undefined) return <td />;
  if (value === null) return <td className={classes.gap}>not finite</td>;
  return <td title={formatExact(value)}>{formatNumber(value, 6)}</td>;
}

/** Stands for the rows that are not drawn. */
function Spacer({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
