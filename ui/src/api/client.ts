import { ApiError, errorFromBody } from "./errors";

/** The workspace every call works in; the value of the `X-Workspace` header. */
export type Workspace = string;

/** A list is sent as its name, repeated. */
export type QueryValue = string | number | boolean | readonly string[] | undefined;

export interface CallOptions {
  query?: Record<string, QueryValue>;
  signal?: AbortSignal;
}

export const NATIVE = "/api/v1";
export const KFP = "/apis/v2beta1";
export const MLFLOW = "/ajax-api/2.0/mlflow";

/** GETs JSON. Throws `ApiError`; an abort passes through unchanged. */
export function getJson<T>(workspace: Workspace, path: string, options: CallOptions = {}): Promise<T> {
  return call<T>(workspace, "GET", path, undefined, options);
}

/** POSTs JSON and reads JSON. Throws `ApiError`; an abort passes through unchanged. */
export function postJson<T>(
  workspace: Workspace,
  path: string,
  body: unknown,
  options: CallOptions = {},
): Promise<T> {
  return call<T>(workspace, "POST", path, JSON.stringify(body), options);
}

/** POSTs a form with a file and reads JSON. Throws `ApiError`. */
export function postForm<T>(
  workspace: Workspace,
  path: string,
  form: FormData,
  options: CallOptions = {},
): Promise<T> {
  return call<T>(workspace, "POST", path, form, options);
}

/** PUTs JSON and reads JSON. Throws `ApiError`. */
export function putJson<T>(workspace: Workspace, path: string, body: unknown): Promise<T> {
  return call<T>(workspace, "PUT", path, JSON.stringify(body), {});
}

/** PATCHes JSON and reads JSON. Throws `ApiError`. */
export function patchJson<T>(workspace: Workspace, path: string, body: unknown): Promise<T> {
  return call<T>(workspace, "PATCH", path, JSON.stringify(body), {});
}

/** Asks to remove what lies at a path, or what a body names there. Throws `ApiError`. */
export function deleteJson<T>(workspace: Workspace, path: string, body?: unknown): Promise<T> {
  return call<T>(workspace, "DELETE", path, body === undefined ? undefined : JSON.stringify(body), {});
}

/** `path` with `query` appended; undefined values are left out. */
export function withQuery(path: string, query: Record<string, QueryValue> = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(key, String(one));
  }
  const encoded = search.toString();
  return encoded === "" ? path : `${path}?${encoded}`;
}

async function call<T>(
  workspace: Workspace,
  method: string,
  path: string,
  body: string | FormData | undefined,
  { query, signal }: CallOptions,
): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", "X-Workspace": workspace };
  // The browser itself writes the type of a form, with what parts it.
  if (typeof body === "string") headers["Content-Type"] = "application/json";
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = body;
  if (signal !== undefined) init.signal = signal;
  const response = await reach(withQuery(path, query), init);
  const payload = await jsonOf(response);
  if (!response.ok) throw errorFromBody(response.status, payload);
  return payload as T;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError("offline", 0, "The server does not answer.", "Is `tidemill up` still running?");
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  const raw = await response.text();
  if (raw === "") return {};
  try {
    return JSON.parse(raw);
  } catch {
    if (!response.ok) return null;
    throw new ApiError("format", response.status, "The server sent something that is not JSON.");
  }
}
