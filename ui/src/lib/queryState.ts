import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

/** The query of a URL: plain text on both sides, no JSON quotes. */
export type QueryState = Readonly<Record<string, string>>;

/** What to change; undefined or "" takes a key out of the URL. */
export type QueryPatch = Record<string, string | undefined>;

export interface SetQueryOptions {
  /** Make a new entry in the browser's history (default: replace the present one). */
  push?: boolean;
}

/** Reads and writes the query of the present URL. Everything a view can look like lives here. */
export function useQueryState(): [QueryState, (patch: QueryPatch, options?: SetQueryOptions) => void] {
  const query = useSearch({ strict: false }) as QueryState;
  const navigate = useNavigate();
  const patchQuery = useCallback(
    (patch: QueryPatch, options: SetQueryOptions = {}) => {
      void navigate({
        to: ".",
        search: ((previous: QueryState) => patched(previous, patch)) as never,
        replace: options.push !== true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return [query, patchQuery];
}

/** `query` with `patch` applied; empty values are dropped. */
export function patched(query: QueryState, patch: QueryPatch): Record<string, string> {
  const next: Record<string, string> = { ...query };
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined || value === "") delete next[key];
    else next[key] = value;
  }
  return next;
}

export function parseQuery(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** Readable where the URL grammar allows: "/", ":", "," and "@" stay as they are. */
export function stringifyQuery(query: Record<string, unknown>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(key, String(value));
  }
  const text = search
    .toString()
    .replace(/%2F/g, "/")
    .replace(/%3A/g, ":")
    .replace(/%2C/g, ",")
    .replace(/%40/g, "@");
  return text === "" ? "" : `?${text}`;
}
