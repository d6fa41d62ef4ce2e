import { ApiError, errorFromBody } from "@/api/errors";

/** What the server says of a file before its bytes are read. */
export interface FileFacts {
  readonly size: number;
  readonly type: string;
  /** The digest of the content; null when the server names none. */
  readonly digest: string | null;
}

export interface Part extends FileFacts {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the part begins in the file. */
  readonly start: number;
}

export interface TextPart extends FileFacts {
  readonly text: string;
  /** Where the next part begins; null at the end of the file. */
  readonly next: number | null;
}

/**
 * Reads `length` bytes from `start`; a negative `start` counts from the end. The part is shorter at the end of
 * the file. Throws `ApiError` with the server's reason when the artifact is missing or damaged.
 */
export async function loadPart(
  url: string,
  start: number,
  length: number,
  signal?: AbortSignal,
): Promise<Part> {
  const range = start < 0 ? `bytes=${start}` : `bytes=${start}-${start + length - 1}`;
  const response = await reach(url, { headers: { Range: range }, ...(signal ? { signal } : {}) });
  const facts = factsOf(response);
  if (response.status === 416) return { ...facts, bytes: new Uint8Array(), start: 0 };
  if (!response.ok) throw errorFromBody(response.status, await jsonOrNull(response));
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (response.status === 206)
    return { ...facts, bytes, start: Math.max(0, start < 0 ? facts.size + start : start) };
  // A server without ranges sends the whole file.
  const from = start < 0 ? Math.max(0, bytes.length + start) : start;
  return { ...facts, size: bytes.length, bytes: bytes.slice(from, from + length), start: from };
}

/** Reads about `length` bytes of UTF-8 text from `start`, up to the end of a line where there is one. */
export async function loadText(
  url: string,
  start: number,
  length: number,
  signal?: AbortSignal,
): Promise<TextPart> {
  const part = await loadPart(url, start, length, signal);
  const end = part.start + part.bytes.length;
  const complete = end >= part.size;
  const kept = complete ? part.bytes.length : lastLineEnd(part.bytes);
  const text = new TextDecoder().decode(part.bytes.subarray(0, kept));
  return {
    size: part.size,
    type: part.type,
    digest: part.digest,
    text,
    next: complete ? null : part.start + kept,
  };
}

/** Size, type and digest of a file, at the price of one byte. */
export async function loadFacts(url: string, signal?: AbortSignal): Promise<FileFacts> {
  const { size, type, digest } = await loadPart(url, 0, 1, signal);
  return { size, type, digest };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError("offline", 0, "The server does not answer.", "Is `tidemill up` still running?");
  }
}

function factsOf(response: Response): FileFacts {
  const total = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  return {
    size: Number(total ?? response.headers.get("content-length") ?? 0),
    type: response.headers.get("content-type") ?? "",
    digest: (response.headers.get("etag") ?? "").replace(/^W\//, "").replaceAll('"', "") || null,
  };
}

async function jsonOrNull(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** Just behind the last line end; else before a character that was cut in two. */
function lastLineEnd(bytes: Uint8Array): number {
  const line = bytes.lastIndexOf(10);
  if (line >= 0) return line + 1;
  let end = bytes.length;
  // Bytes 10xxxxxx continue a character; the byte before them begins it.
  while (end > 0 && ((bytes[end - 1] as number) & 0xc0) === 0x80) end -= 1;
  return end > 0 && (bytes[end - 1] as number) >= 0xc0 ? end - 1 : bytes.length;
}
