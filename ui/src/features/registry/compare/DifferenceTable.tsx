import { useState } from "react";
import type { Difference } from "@/api/registry/types";
import { formatNumber, plural } from "@/lib/numbers";
import { Panel } from "@/lib/Panel";
import { VirtualTable } from "@/lib/VirtualTable";
import { type ComparedSection, parted } from "../logic/comparison";
import { betterSide } from "../logic/telling";
import classes from "./Compare.module.css";

interface DifferenceTableProps {
  section: ComparedSection;
  left: number;
  right: number;
}

/** A group of values of both versions; those that are equal are shown when one wants to see them. */
export function DifferenceTable({ section, left, right }: DifferenceTableProps) {
  const [showsEqual, setShowsEqual] = useState(false);
  const { different, equal } = parted(section.rows);
  const rows = showsEqual ? [...different, ...equal] : different;
  const columns = [
    { id: "key", header: "Name" },
    { id: "left", header: `v${left}` },
    { id: "right", header: `v${right}` },
  ];
  const cell = (index: number, column: number) => {
    const row = rows[index];
    if (row === undefined) return null;
    if (column === 0) return <code title={row.key}>{row.key}</code>;
    return <Value row={row} side={column === 1 ? "left" : "right"} isMetric={section.isMetrics === true} />;
  };
  const fold = equal.length > 0 && (
    <label className={classes.fold}>
      <input
        type="checkbox"
        checked={showsEqual}
        onChange={(event) => setShowsEqual(event.currentTarget.checked)}
      />
      Also {plural(equal.length, "that is equal", "that are equal")}
    </label>
  );
  return (
    <Panel
      title={section.title}
      count={different.length === 0 ? "no difference" : plural(different.length, "difference")}
      tools={fold}
      flush
    >
      {rows.length > 0 && (
        <VirtualTable
          label={section.title}
          columns={columns}
          count={rows.length}
          cell={cell}
          rowKey={(index) => rows[index]?.key ?? index}
          maxHeight="420px"
        />
      )}
    </Panel>
  );
}

function Value({ row, side, isMetric }: { row: Difference; side: "left" | "right"; isMetric: boolean }) {
  const value = row[side];
  if (value === null) return <span className={classes.missing}>–</span>;
  if (!isMetric)
    return (
      <span className={row.is_same ? classes.equal : undefined} title={value}>
        {value}
      </span>
    );
  const isBetter = betterSide(row.key, row.left, row.right) === side;
  const number = Number(value);
  return (
    <span
      className={isBetter ? classes.better : "tm-number"}
      title={isBetter ? `${value}, the better one` : value}
    >
      {Number.isNaN(number) ? value : formatNumber(number)}
      {isBetter && <span className="tm-visually-hidden">, the better one</span>}
    </span>
  );
}
