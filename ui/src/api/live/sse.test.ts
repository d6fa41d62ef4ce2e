import { expect, it } from "vitest";
import { SseParser } from "./sse";

it("gives events however the stream is cut", () => {
  const text =
    'retry: 2000\n\nevent: change\ndata: {"a":1}\n\n: still here\n\ndata: x\r\ndata: y\r\n\r\ndata: unfinished';
  for (const size of [1, 3, 7, text.length]) {
    const parser = new SseParser();
    const events = [];
    for (let at = 0; at < text.length; at += size) events.push(...parser.push(text.slice(at, at + size)));
    expect(events).toEqual([
      { name: "change", data: '{"a":1}' },
      { name: "message", data: "x\ny" },
    ]);
  }
});

it("gives the id that a stream is taken up from", () => {
  expect(new SseParser().push("id: 17.4\nevent: line\ndata: x\n\n")).toEqual([
    { name: "line", data: "x", id: "17.4" },
  ]);
});
