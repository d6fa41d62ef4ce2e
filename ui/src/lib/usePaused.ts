import { useCallback, useEffect, useRef, useState } from "react";
import { useQueryState } from "./queryState";

/** A local value that follows `value` and reports changes once they pause for `ms`. */
export function usePaused<T>(value: T, onChange: (value: T) => void, ms: number): [T, (value: T) => void] {
  const [local, setLocal] = useState(value);
  // Not state: a change that comes between a timer and the next drawing would be taken for one that was reported.
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const report = useRef(onChange);
  useEffect(() => {
    report.current = onChange;
  });
  useEffect(() => {
    // What was reported comes back while the hand may already be further: that is not taken back.
    if (timer.current === null) setLocal(value);
  }, [value]);
  useEffect(() => () => stop(timer.current), []);
  const change = useCallback(
    (next: T) => {
      setLocal(next);
      stop(timer.current);
      timer.current = setTimeout(() => {
        timer.current = null;
        report.current(next);
      }, ms);
    },
    [ms],
  );
  return [local, change];
}

function stop(timer: ReturnType<typeof setTimeout> | null) {
  if (timer !== null) clearTimeout(timer);
}

/** A text of the URL's query that can be typed into. */
export function useQueryText(key: string): [string, (text: string) => void] {
  const [query, patchQuery] = useQueryState();
  const write = useCallback((text: string) => patchQuery({ [key]: text }), [patchQuery, key]);
  return usePaused(query[key] ?? "", write, 200);
}
