import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadFacts, loadPart, loadText } from "./bytes";

const FILE = Buffer.from("first line\nsecond häß line\nthird");
let server: Server;
let address = "";

/** A file server with ranges; /whole has none, /gone and /damaged fail as the API does. */
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/gone") {
      response.writeHead(404, { "content-type": "application/json" });
      response.end('{"error": {"code": "not_found", "message": "No artifact at x", "hint": null}}');
      return;
    }
    if (request.url === "/empty") {
      response.writeHead(416, { "content-range": "bytes */0" });
      response.end();
      return;
    }
    const range = /bytes=(-?\d+)(?:-(\d+))?/.exec(request.headers.range ?? "");
    if (range === null || request.url === "/whole") {
      response.writeHead(200, { "content-length": FILE.length, etag: '"abc"' });
      response.end(FILE);
      return;
    }
    const from = Number(range[1]) < 0 ? FILE.length + Number(range[1]) : Number(range[1]);
    const to = Math.min(FILE.length - 1, Number(range[2] ?? FILE.length - 1));
    response.writeHead(206, { "content-range": `bytes ${from}-${to}/${FILE.length}`, etag: 'W/"abc"' });
    response.end(FILE.subarray(from, to + 1));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

describe("loadPart", () => {
  it("reads only what is asked for, from either end", async () => {
    const head = await loadPart(`${address}/file`, 0, 5);
    expect([head.bytes.length, head.size, head.digest]).toEqual([5, FILE.length, "abc"]);
    const tail = await loadPart(`${address}/file`, -5, 5);
    expect([new TextDecoder().decode(tail.bytes), tail.start]).toEqual(["third", FILE.length - 5]);
  });

  it("cuts the part out when the server sends everything", async () => {
    const part = await loadPart(`${address}/whole`, 6, 4);
    expect(new TextDecoder().decode(part.bytes)).toBe("line");
    expect(part.size).toBe(FILE.length);
  });

  it("finds an empty file empty", async () => {
    expect((await loadPart(`${address}/empty`, 0, 10)).bytes.length).toBe(0);
    expect((await loadFacts(`${address}/empty`)).size).toBe(0);
  });

  it("fails with the server's own words", async () => {
    await expect(loadPart(`${address}/gone`, 0, 10)).rejects.toThrow("No artifact at x");
    await expect(loadPart("http://127.0.0.1:1/x", 0, 10)).rejects.toThrow("does not answer");
  });
});

describe("loadText", () => {
  it("ends a part at the end of a line, and goes on from there", async () => {
    const first = await loadText(`${address}/file`, 0, 20);
    expect(first.text).toBe("first line\n");
    const second = await loadText(`${address}/file`, first.next as number, 1000);
    expect(second).toMatchObject({ text: "second häß line\nthird", next: null });
  });

  it("never cuts a character in two", async () => {
    // "second h" and the first of the two bytes of "ä".
    const part = await loadText(`${address}/file`, 11, 9);
    expect(part.text).toBe("second h");
    expect(part.next).toBe(19);
  });
});
