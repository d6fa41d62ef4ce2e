import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

// The page's content security policy forbids WebAssembly: a module that starts it cannot be loaded.
vi.stubGlobal("WebAssembly", undefined);
const { openParquet, parquetText } = await import("./parquet");
// Node's own fetch needs it.
vi.unstubAllGlobals();

const FOLDER = "src/features/artifacts/testdata";
let server: Server;
let address = "";

/** A file server with ranges. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const file = await readFile(FOLDER + request.url);
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
    const end = Math.min(Number(to), file.length - 1);
    response.writeHead(206, { "content-range": `bytes ${from}-${end}/${file.length}` });
    response.end(file.subarray(Number(from), end + 1));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

async function open(name: string) {
  const { length } = await readFile(`${FOLDER}/${name}`);
  return openParquet(`${address}/${name}`, length);
}

/** 1,200 rows in three row groups: id, name, noise, when, maybe, vec. */
const ROWS = "rows.parquet";

describe("openParquet", () => {
  it("tells rows, row groups and columns from the footer alone", async () => {
    const file = await open(ROWS);
    expect([file.rowCount, file.rowGroups]).toEqual([1200, 3]);
    expect(file.columns.map((column) => [column.name, column.type])).toEqual([
      ["id", "int64"],
      ["name", "string"],
      ["noise", "double"],
      ["when", "timestamp"],
      ["maybe", "double"],
      ["vec", "list"],
    ]);
  });

  it("reads rows from the middle of the file", async () => {
    const file = await open(ROWS);
    const rows = await file.rows(799, 801, ["id", "name", "when", "maybe", "vec"]);
    expect(rows.map((row) => [parquetText(row.id), row.name, row.maybe, parquetText(row.vec)])).toEqual([
      ["799", "row 799", null, '["799","800"]'],
      ["800", "row 800", 400, '["800","801"]'],
    ]);
    expect(parquetText(rows[1]?.when)).toBe("2028-05-16 08:30:00");
  });

  it("fetches no column that nobody asked for", async () => {
    const narrow = await open(ROWS);
    await narrow.rows(0, 10, ["id"]);
    const wide = await open(ROWS);
    await wide.rows(
      0,
      1200,
      wide.columns.map((column) => column.name),
    );
    expect(narrow.bytesRead()).toBeLessThan(wide.bytesRead());
  });

  it.each(["snappy", "gzip", "brotli", "lz4", "zstd", "none"])("unpacks %s", async (codec) => {
    const file = await open(`${codec}.parquet`);
    const rows = await file.rows(398, 400, ["word"]);
    expect(rows.map((row) => row.word)).toEqual(["row 6", "row 0"]);
  });

  it("says what is wrong with a file that is none", async () => {
    await expect(openParquet(`${address}/${ROWS}`, 100)).rejects.toThrow(/parquet/i);
  });
});

describe("parquetText", () => {
  it("writes every kind of value", () => {
    expect(parquetText(new Uint8Array(3))).toBe("3 bytes");
    expect(parquetText(123n)).toBe("123");
    expect(parquetText({ a: 1n, b: new Uint8Array(2) })).toBe('{"a":"1","b":"2 bytes"}');
    expect(parquetText(new Date(Number.NaN))).toBe("invalid date");
    expect(parquetText(new Date("2026-01-02"))).toBe("2026-01-02");
  });
});
