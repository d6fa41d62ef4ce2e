import { useMemo } from "react";
import { ErrorMessage } from "@/lib/Message";
import { formatBytes, formatCount, plural } from "@/lib/numbers";
import { VirtualTable } from "@/lib/VirtualTable";
import { isNumeric, parseTable } from "../logic/csv";
import type { FileViewProps } from "./Preview";
import classes from "./Preview.module.css";
import { useText } from "./useText";

const PART_BYTES = 1024 * 1024;
/** A table wider than this is cut: every cell of a row is drawn. */
const COLUMNS_MAX = 200;

/** A CSV or TSV file as a table; the first rows of a large one. */
export default function TableView({ url, facts }: FileViewProps) {
  const source = useText(url, facts.digest, PART_BYTES);
  const table = useMemo(() => parseTable(source.text), [source.text]);
  const columns = useMemo(
    () => [
      {
        id: "#",
        header: <span className="tm-visually-hidden">Row</span>,
        width: 64,
        align: "right" as const,
      },
      ...table.header.slice(0, COLUMNS_MAX).map((name, index) => ({
        // Headers of real files are empty or repeat.
        id: `${index}-${name}`,
        header: name === "" ? `column ${index + 1}` : name,
        title: name,
        ...(isNumeric(table.rows, index) ? { align: "right" as const } : {}),
      })),
    ],
    [table],
  );
  if (source.error && source.read === 0) {
    return <ErrorMessage title="The file could not be read" error={source.error} />;
  }
  if (source.read === 0) return <div role="status" aria-label="Loading the file" />;
  const cell = (row: number, column: number) => {
    if (column === 0) return <span className={classes.rowNumber}>{formatCount(row + 1)}</span>;
    const value = table.rows[row]?.[column - 1];
    return value === undefined ? null : <span title={value}>{value}</span>;
  };
  const cut = table.header.length - COLUMNS_MAX;
  return (
    <>
      <div className={classes.bar}>
        <span>
          {source.more
            ? `first ${plural(table.rows.length, "row")}: ${formatBytes(source.read)} of ${formatBytes(facts.size)}`
            : plural(table.rows.length, "row")}
          {` · ${plural(table.header.length, "column")}`}
        </span>
        {cut > 0 && <span className={classes.warn}>{formatCount(cut)} columns not shown</span>}
        <span className={classes.grow} />
        {source.more && (
          <button
            type="button"
            className={classes.button}
            onClick={source.loadMore}
            disabled={source.loading}
          >
            Read on
          </button>
        )}
      </div>
      <div className={classes.fill}>
        <VirtualTable label="File" columns={columns} count={table.rows.length} cell={cell} rowHeight={26} />
      </div>
    </>
  );
}
