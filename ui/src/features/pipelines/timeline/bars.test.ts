import { expect, it } from "vitest";
import { task } from "../logic/testTask";
import { shortPath, spanOf, ticksOf, timelineRows } from "./bars";

const job = (created_ms: number, admitted_ms: number | null, started_ms: number | null) => ({
  created_ms,
  admitted_ms,
  started_ms,
  ended_ms: null,
});

it("tells what a step waited for from what it took, in the order in which steps began", () => {
  const rows = timelineRows(
    [
      task("loop", { kind: "loop" }),
      task("late", { workload: "b", created_ms: 50, started_ms: 50, ended_ms: null, state: "running" }),
      task("early", { workload: "a", created_ms: 0, started_ms: 0, ended_ms: 90 }),
      task("reused", { state: "cached", created_ms: 60, started_ms: 60, ended_ms: 60 }),
      task("never", { state: "upstream_failed" }),
    ],
    new Map([
      ["a", job(0, 10, 30)],
      ["b", job(50, null, null)],
    ]),
    200,
  );
  expect(rows.map(({ path }) => path)).toEqual(["early", "late", "reused"]);
  expect(rows[0]?.parts).toEqual([
    { what: "queued", from: 0, to: 10 },
    { what: "starting", from: 10, to: 30 },
    { what: "running", from: 30, to: 90 },
  ]);
  expect(rows[1]?.parts[0]).toEqual({ what: "queued", from: 50, to: 200 });
  expect(rows[2]?.parts).toEqual([{ what: "cached", from: 60, to: 60 }]);
  expect(spanOf(rows)).toEqual({ from: 0, to: 204 });
});

it("has round times on its scale", () => {
  expect(ticksOf(10_000, 5)).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
  expect(ticksOf(90_000, 4)).toEqual([0, 30_000, 60_000, 90_000]);
  expect(spanOf([]).to).toBeGreaterThan(0);
});

it("shows the end of a long path", () => {
  expect(shortPath("exit-handler-1/condition-branches-3/condition-4/deploy")).toBe("…/condition-4/deploy");
  expect(shortPath("loop[3]/fit")).toBe("loop[3]/fit");
});
