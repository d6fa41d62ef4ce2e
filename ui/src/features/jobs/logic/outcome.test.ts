import { describe, expect, it } from "vitest";
import type { JobProcess, JobRow, Outcome } from "@/api/compute/types";
import { decisive, outcomeWords, ranMs, waitedMs } from "./outcome";

const process = (change: Partial<JobProcess>): JobProcess => ({
  attempt: 1,
  rank: 0,
  node: "n",
  devices: [],
  pid: 1,
  started_ms: 0,
  ended_ms: 10,
  outcome: "failed",
  exit_code: null,
  signal: null,
  message: "",
  cpu_ms: null,
  peak_memory_bytes: null,
  log_bytes: null,
  result_bytes: null,
  progress: null,
  ...change,
});

describe("outcomeWords", () => {
  it("says how a process ended, with what was asked for beside it", () => {
    const oom = process({ outcome: "out_of_memory", peak_memory_bytes: 130 * 2 ** 20 });
    expect(outcomeWords(oom, { memory_bytes: 120 * 2 ** 20 }, null)).toEqual({
      title: "Out of memory",
      detail: "It needed more than the 120 MiB that it asked for. It had reached 130 MiB.",
    });
    const late = process({ outcome: "timed_out" });
    expect(outcomeWords(late, {}, 90)?.detail).toBe("It ran for longer than the 1m 30s that it was given.");
    expect(outcomeWords(process({ exit_code: 127 }), {}, null)).toEqual({
      title: "Exit code 127",
      detail: "The shell did not find the command.",
    });
    expect(outcomeWords(process({ outcome: "killed", signal: 11 }), {}, null)?.title).toBe(
      "Killed by SIGSEGV (signal 11)",
    );
  });

  it("makes a sentence of what the server says, and nothing of one that still runs", () => {
    const lost = process({ outcome: "not_started", message: "the command 'x' is not there" });
    expect(outcomeWords(lost, {}, null)?.detail).toBe("The command 'x' is not there.");
    expect(outcomeWords(process({ outcome: null }), {}, null)).toBeNull();
  });
});

it("lets the first that failed by itself speak for a gang, not those that were stopped for it", () => {
  const gang = (["stopped", "failed", "succeeded"] as Outcome[]).map((outcome, rank) =>
    process({ rank, outcome, ended_ms: [5, 9, 2][rank] ?? 0 }),
  );
  expect(decisive(gang)?.rank).toBe(1);
  expect(decisive(gang.filter(({ outcome }) => outcome !== "failed"))?.outcome).toBe("stopped");
  expect(decisive([])).toBeUndefined();
});

it("counts waiting until the start, and running until the end", () => {
  const job = {
    state: "queued",
    created_ms: 100,
    admitted_ms: null,
    started_ms: null,
    ended_ms: null,
  } as JobRow;
  expect([waitedMs(job, 400), ranMs(job, 400)]).toEqual([300, null]);
  const running: JobRow = { ...job, state: "running", admitted_ms: 150, started_ms: 160 };
  expect([waitedMs(running, 400), ranMs(running, 400)]).toEqual([50, 240]);
  const ended: JobRow = { ...running, state: "failed", ended_ms: 200 };
  expect([waitedMs(ended, 400), ranMs(ended, 400)]).toEqual([50, 40]);
});
