import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { errorMessage } from "@/api/errors";
import { ErrorMessage } from "@/lib/Message";
import { formatBytes, formatCount, plural } from "@/lib/numbers";
import { VirtualTable } from "@/lib/VirtualTable";
import { openParquet, type ParquetFile, parquetText } from "../parquet";
import { ColumnPicker } from "./ColumnPicker";
import type { FileViewProps } from "./Preview";
import classes from "./Preview.module.css";

const PAGE_ROWS = 200;
/** Columns shown before anyone chooses: each costs a read. */
const COLUMNS_FIRST = 24;

/** A Parquet file as a table; reads the footer, then only the rows and columns that are looked at. */
export default function ParquetView({ url, facts }: FileViewProps) {
  const { data, error } = useQuery({
    queryKey: ["parquet", url, facts.digest],
    queryFn: () => openParquet(url, facts.size),
    structuralSharing: false,
    gcTime: 60_000,
  });
  if (error) return <ErrorMessage title="This Parquet file cannot be read" error={error} />;
  if (data === undefined) return <div role="status" aria-label="Reading the file's footer" />;
  return <ParquetTable file={data} source={`${url}#${facts.digest}`} size={facts.size} />;
}

function ParquetTable({ file, source, size }: { file: ParquetFile; source: string; size: number }) {
  const [chosen, setChosen] = useState<readonly string[]>(() =>
    file.columns.slice(0, COLUMNS_FIRST).map((column) => column.name),
  );
  const [view, setView] = useState({ first: 0, last: 60 });
  const onView = useCallback((first: number, last: number) => setView({ first, last }), []);
  const pages = useMemo(
    () => pagesOf(view.first, Math.min(view.last, file.rowCount - 1)),
    [view, file.rowCount],
  );
  const loaded = useQueries({
    queries: pages.map((page) => ({
      queryKey: ["parquet-rows", source, page, chosen],
      queryFn: () => file.rows(page * PAGE_ROWS, Math.min(file.rowCount, (page + 1) * PAGE_ROWS), chosen),
      structuralSharing: false as const,
      enabled: file.rowCount > 0 && chosen.length > 0,
      gcTime: 30_000,
    })),
  });
  const failure = loaded.find((one) => one.error)?.error;
  const columns = useMemo(() => tableColumns(file, chosen), [file, chosen]);
  const cell = (row: number, column: number) => {
    if (column === 0) return <span className={classes.rowNumber}>{formatCount(row)}</span>;
    const page = loaded[pages.indexOf(Math.floor(row / PAGE_ROWS))]?.data;
    if (page === undefined) return <span className={classes.rowNumber}>…</span>;
    const value = page[row % PAGE_ROWS]?.[chosen[column - 1] ?? ""];
    if (value === null || value === undefined) return <span className={classes.null}>null</span>;
    const text = parquetText(value);
    return <span title={text}>{text}</span>;
  };
  return (
    <>
      <div className={classes.bar}>
        <span>
          {plural(file.rowCount, "row")} in {plural(file.rowGroups, "row group")} · {chosen.length} of{" "}
          {plural(file.columns.length, "column")}
        </span>
        <span>
          {/* A small file is read past its parts: the footer is asked for before it is known how long it is. */}
          read {formatBytes(Math.min(size, file.bytesRead()))} of {formatBytes(size)}
        </span>
        <span className={classes.grow} />
        <ColumnPicker columns={file.columns} chosen={chosen} onChange={setChosen} />
      </div>
      {failure && (
        <div className={`${classes.bar} ${classes.bad}`} role="alert">
          Rows could not be read: {errorMessage(failure)}
        </div>
      )}
      <div className={classes.fill}>
        <VirtualTable
          label="File"
          columns={columns}
          count={file.rowCount}
          cell={cell}
          rowHeight={26}
          onView={onView}
        />
      </div>
    </>
  );
}

function pagesOf(first: number, last: number): number[] {
  const pages: number[] = [];
  for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page += 1)
    pages.push(page);
  return pages;
}

function tableColumns(file: ParquetFile, chosen: readonly string[]) {
  const types = new Map(file.columns.map((column) => [column.name, column.type]));
  const number = {
    id: "#",
    header: <span className="tm-visually-hidden">Row</span>,
    width: 64,
    align: "right" as const,
  };
  return [
    number,
    ...chosen.map((name) => ({
      id: name,
      header: (
        <>
          {name} <small className={classes.rowNumber}>{types.get(name)}</small>
        </>
      ),
      title: `${name}: ${types.get(name) ?? ""}`,
      ...(/int|float|double|decimal/.test(types.get(name) ?? "") ? { align: "right" as const } : {}),
    })),
  ];
}
