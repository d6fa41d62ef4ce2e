import { useCallback, useEffect, useState } from "react";
import { useQueryState } from "./queryState";

/** A local value that follows `value` and reports changes once they pause for `ms`. */
export function usePaused<T>(value: T, onChange: (value: T) => void, ms: number): [T, (value: T) => void] {
  const [local, setLocal] = useState(value);
  const [dirty, setDirty] = useState(false);
  // What was reported comes back while the hand may already be further: that is not taken back.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another value counts, not the end of a pause.
  useEffect(() => {
    if (!dirty) setLocal(value);
  }, [value]);
  useEffect(() => {
    if (!dirty) return;
    const timer = setTimeout(() => {
      setDirty(false);
      onChange(local);
    }, ms);
    return () => clearTimeout(timer);
  }, [dirty, local, ms, onChange]);
  return [
    local,
    (next) => {
      setLocal(next);
      setDirty(true);
    },
  ];
}

/** A text of the URL's query that can be typed into. */
export function useQueryText(key: string): [string, (text: string) => void] {
  const [query, patchQuery] = useQueryState();
  const write = useCallback((text: string) => patchQuery({ [key]: text }), [patchQuery, key]);
  return usePaused(query[key] ?? "", write, 200);
}
