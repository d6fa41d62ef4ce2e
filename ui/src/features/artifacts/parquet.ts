import {
  type AsyncBuffer,
  cachedAsyncBuffer,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { loadPart } from "./bytes";
import { codecs } from "./codecs";

export interface ParquetColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** A Parquet file that is read where it lies: its footer first, then only the parts that rows are in. */
export interface ParquetFile {
  readonly rowCount: number;
  readonly rowGroups: number;
  readonly columns: readonly ParquetColumn[];
  /** Rows from `start` up to, not including, `end`; only the columns named. */
  rows(start: number, end: number, columns: readonly string[]): Promise<Record<string, unknown>[]>;
  /** Bytes fetched so far. */
  bytesRead(): number;
}

/** Read from the end at first; a longer footer costs a second read. */
const FOOTER_BYTES = 16 * 1024;

export async function openParquet(url: string, size: number): Promise<ParquetFile> {
  let read = 0;
  const remote: AsyncBuffer = {
    byteLength: size,
    slice: async (start, end = size) => {
      const { bytes } = await loadPart(url, start, end - start);
      read += bytes.length;
      return bytes.buffer;
    },
  };
  const file = cachedAsyncBuffer(remote, { minSize: FOOTER_BYTES });
  const metadata = await parquetMetadataAsync(file, { initialFetchSize: FOOTER_BYTES });
  const columns = parquetSchema(metadata).children.map(
    ({ element, children }): ParquetColumn => ({
      name: element.name,
      type: typeName(element, children.length > 0),
      nullable: element.repetition_type !== "REQUIRED",
    }),
  );
  return {
    rowCount: Number(metadata.num_rows),
    rowGroups: metadata.row_groups.length,
    columns,
    rows: (rowStart, rowEnd, names) =>
      parquetReadObjects({
        file,
        metadata,
        rowStart,
        rowEnd,
        columns: [...names],
        compressors: codecs,
        useOffsetIndex: true,
      }),
    bytesRead: () => read,
  };
}

/** A value of any Parquet type as the text of a cell. */
export function parquetText(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "invalid date" : dateText(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === "object" && value !== null) return JSON.stringify(value, plain);
  return String(value);
}

/** "2026-01-01", "2026-01-01 08:30:00" or with milliseconds, in UTC, as the file has it. */
function dateText(date: Date): string {
  const [day = "", time = ""] = date.toISOString().replace("Z", "").split("T");
  return time === "00:00:00.000" ? day : `${day} ${time.replace(".000", "")}`;
}

interface SchemaElement {
  readonly type?: string | undefined;
  readonly converted_type?: string | undefined;
  readonly logical_type?: { readonly type: string } | undefined;
  readonly repetition_type?: string | undefined;
}

function typeName(element: SchemaElement, isGroup: boolean): string {
  const name = element.logical_type?.type ?? element.converted_type ?? element.type;
  return (name ?? (isGroup ? "struct" : "unknown")).toLowerCase();
}

/** JSON knows neither 64-bit integers nor bytes. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Uint8Array ? `${value.length} bytes` : value;
}
