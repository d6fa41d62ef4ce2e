export interface ServerEvent {
  name: string;
  data: string;
  /** What the server wants to hear again when the stream breaks. */
  id?: string;
}

/** Cuts a stream of text into server-sent events. Comments, which keep the stream alive, give none. */
export class SseParser {
  private rest = "";

  /** The events that `chunk` completes. */
  push(chunk: string): ServerEvent[] {
    const blocks = (this.rest + chunk).split(/\r?\n\r?\n/);
    this.rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => eventOf(block));
  }
}

function eventOf(block: string): ServerEvent[] {
  let name = "message";
  const data: string[] = [];
  let id: string | undefined;
  for (const line of block.split(/\r?\n/)) {
    const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === "event") name = value;
    if (field === "id") id = value;
    if (field === "data") data.push(value);
  }
  if (data.length === 0) return [];
  return [{ name, data: data.join("\n"), ...(id === undefined ? {} : { id }) }];
}
