import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { usePaused } from "./usePaused";

const PAUSE_MS = 250;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function paused() {
  const told: string[] = [];
  const hook = renderHook(({ value }) => usePaused(value, (next: string) => told.push(next), PAUSE_MS), {
    initialProps: { value: "" },
  });
  return {
    told,
    hook,
    change: (next: string) => hook.result.current[1](next),
    shown: () => hook.result.current[0],
  };
}

test("changes are told once they pause", () => {
  const { told, change, shown } = paused();
  act(() => change("a"));
  act(() => vi.advanceTimersByTime(PAUSE_MS - 1));
  act(() => change("ab"));
  expect(shown()).toBe("ab");
  act(() => vi.advanceTimersByTime(PAUSE_MS - 1));
  expect(told).toEqual([]);
  act(() => vi.advanceTimersByTime(1));
  expect(told).toEqual(["ab"]);
});

test("a change in the moment at which the pause ends, before anything is drawn, is not lost", () => {
  const { told, change, shown, hook } = paused();
  act(() => change("a"));
  act(() => vi.advanceTimersByTime(PAUSE_MS - 1));
  act(() => {
    change("ab");
    vi.advanceTimersByTime(1);
  });
  act(() => vi.advanceTimersByTime(PAUSE_MS));
  expect(told).toEqual(["ab"]);
  hook.rerender({ value: "ab" });
  expect(shown()).toBe("ab");
});

test("what comes back does not undo what is being changed", () => {
  const { change, shown, hook } = paused();
  act(() => change("a"));
  act(() => vi.advanceTimersByTime(PAUSE_MS));
  act(() => change("ab"));
  hook.rerender({ value: "a" });
  expect(shown()).toBe("ab");
});

test("another value from outside is followed", () => {
  const { shown, hook } = paused();
  hook.rerender({ value: "z" });
  expect(shown()).toBe("z");
});

test("nothing is told by what is gone", () => {
  const { told, change, hook } = paused();
  act(() => change("a"));
  hook.unmount();
  vi.advanceTimersByTime(PAUSE_MS);
  expect(told).toEqual([]);
});
