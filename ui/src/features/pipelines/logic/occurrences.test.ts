import { expect, it } from "vitest";
import type { ScheduleTime } from "@/api/pipelines/schedules";
import { grouped } from "./occurrences";

function time(due_ms: number, error = ""): ScheduleTime {
  return { due_ms, at_ms: due_ms, run_id: "", run_name: "", run_state: "", run_finished_ms: null, error };
}

it("tells one reason once", () => {
  const times = [time(6), time(5, "a"), time(4, "a"), time(3, "b"), time(2), time(1, "b")];
  const told = grouped(times).map((group) => [group.time.due_ms, group.more, group.sinceMs]);
  expect(told).toEqual([
    [6, 0, 6],
    [5, 1, 4],
    [3, 0, 3],
    [2, 0, 2],
    [1, 0, 1],
  ]);
});
