import { useRef } from "react";

/** `value`, but the object of before as long as it says the same: for plain data that is made anew on every render. */
export function useStable<T>(value: T): T {
  const text = JSON.stringify(value);
  const kept = useRef({ text, value });
  if (kept.current.text !== text) kept.current = { text, value };
  return kept.current.value;
}
