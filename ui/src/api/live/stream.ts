import { type ServerEvent, SseParser } from "./sse";

export interface StreamHandlers {
  opened: () => void;
  event: (event: ServerEvent) => void;
  /** The stream ended or never began; `answered` says whether a server was there. Called once. */
  closed: (answered: boolean) => void;
}

/** The server speaks every 15 seconds, if only to say that it is there. Longer silence is a dead line. */
const SILENCE_MS = 40_000;

/**
 * Reads server-sent events. Unlike an `EventSource` it sends headers, and it notices a line that died in silence,
 * as lines do when a laptop sleeps. Answers a function that ends it without a word to `closed`.
 */
export function openStream(
  url: string,
  headers: Record<string, string>,
  handlers: StreamHandlers,
): () => void {
  const abort = new AbortController();
  let ended = false;
  let answered = false;
  let watch: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(() => abort.abort(), SILENCE_MS);
  };

  const read = async () => {
    heard();
    const response = await fetch(url, { headers, signal: abort.signal, cache: "no-store" });
    answered = true;
    if (!response.ok || response.body === null) return;
    handlers.opened();
    const parser = new SseParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      for (const event of parser.push(value)) handlers.event(event);
    }
  };
  const close = () => {
    clearTimeout(watch);
    if (!ended) handlers.closed(answered);
  };
  // However it ends, it has ended; the reason does not matter to anyone.
  read().then(close, close);
  return () => {
    ended = true;
    abort.abort();
  };
}
