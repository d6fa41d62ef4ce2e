import { describe, expect, it } from "vitest";
import type { BinnedSeries, BinsRequest, BinsResponse } from "@/api/types";
import { type Frame, SeriesLoader } from "./seriesLoader";

const FRAME: Frame = { x: "step", buckets: 320 };
const NEVER = new AbortController().signal;

/** A server that answers one point for every run and metric, and remembers what it was asked. */
function server(answer: (request: BinsRequest) => Promise<BinsResponse> = answerAll) {
  const asked: BinsRequest[] = [];
  const revisions = new Map<string, number>();
  const follow = { on: true };
  const loader = new SeriesLoader({
    send: (request) => {
      asked.push(request);
      return answer(request);
    },
    revisionOf: (runId) => (follow.on ? (revisions.get(runId) ?? 0) : null),
  });
  return { loader, asked, revisions, follow };
}

function answerAll(request: BinsRequest): Promise<BinsResponse> {
  const series = request.run_ids.flatMap((run) => request.keys.map((key) => onePoint(run, key)));
  return Promise.resolve({ series, points_total: series.length, buckets: request.buckets });
}

function onePoint(run_id: string, key: string): BinnedSeries {
  return { run_id, key, points: 1, x: [0], min: [1], max: [1], mean: [1], last: [1], nan: 0 };
}

describe("SeriesLoader", () => {
  it("joins the charts of one moment into one request", async () => {
    const { loader, asked } = server();
    const [loss, acc] = await Promise.all([
      loader.load(FRAME, ["a", "b"], "loss", NEVER),
      loader.load(FRAME, ["a", "b"], "acc", NEVER),
    ]);
    expect(asked).toEqual([{ ...FRAME, run_ids: ["a", "b"], keys: ["loss", "acc"] }]);
    expect(loss.map((s) => [s.run_id, s.key])).toEqual([
      ["a", "loss"],
      ["b", "loss"],
    ]);
    expect(acc.map((s) => s.key)).toEqual(["acc", "acc"]);
  });

  it("asks only for the run that was added", async () => {
    const { loader, asked } = server();
    await loader.load(FRAME, ["a"], "loss", NEVER);
    const both = await loader.load(FRAME, ["b", "a"], "loss", NEVER);
    expect(asked[1]?.run_ids).toEqual(["b"]);
    expect(both.map((s) => s.run_id)).toEqual(["b", "a"]);
  });

  it("asks only for the run that changed", async () => {
    const { loader, asked, revisions } = server();
    await loader.load(FRAME, ["a", "b"], "loss", NEVER);
    revisions.set("b", 1);
    await loader.load(FRAME, ["a", "b"], "loss", NEVER);
    expect(asked.map((r) => r.run_ids)).toEqual([["a", "b"], ["b"]]);
  });

  it("keeps nothing while changes cannot be followed", async () => {
    const { loader, asked, follow } = server();
    follow.on = false;
    await loader.load(FRAME, ["a"], "loss", NEVER);
    await loader.load(FRAME, ["a"], "loss", NEVER);
    expect(asked.length).toBe(2);
  });

  it("remembers that a run does not have the metric", async () => {
    const { loader, asked } = server((r) =>
      Promise.resolve({ series: [], points_total: 0, buckets: r.buckets }),
    );
    const [none] = await loader.load(FRAME, ["a"], "loss", NEVER);
    expect(none).toMatchObject({ run_id: "a", points: 0, x: [] });
    await loader.load(FRAME, ["a"], "loss", NEVER);
    expect(asked.length).toBe(1);
  });

  it("stays inside the server's limits with many runs and many metrics", async () => {
    const { loader, asked } = server();
    const runs = Array.from({ length: 450 }, (_, i) => `r${i}`);
    const loaded = await loader.load(FRAME, runs, "loss", NEVER);
    expect(loaded.map((s) => s.run_id)).toEqual(runs);
    const keys = Array.from({ length: 250 }, (_, i) => `m${i}`);
    await Promise.all(keys.map((key) => loader.load(FRAME, ["one"], key, NEVER)));
    for (const request of asked) {
      expect(request.run_ids.length).toBeLessThanOrEqual(200);
      expect(request.keys.length).toBeLessThanOrEqual(100);
    }
    expect(asked.flatMap((r) => (r.run_ids[0] === "one" ? r.keys : []))).toEqual(keys);
  });

  it("does not mix a zoomed curve with the whole one", async () => {
    const { loader, asked } = server();
    await loader.load(FRAME, ["a"], "loss", NEVER);
    await loader.load({ ...FRAME, lo: 0, hi: 5 }, ["a"], "loss", NEVER);
    expect(asked[1]).toMatchObject({ lo: 0, hi: 5 });
  });

  it("tells every chart of a failed request, and asks again the next time", async () => {
    let broken = true;
    const { loader } = server((r) => (broken ? Promise.reject(new Error("down")) : answerAll(r)));
    const both = await Promise.allSettled([
      loader.load(FRAME, ["a"], "loss", NEVER),
      loader.load(FRAME, ["a"], "acc", NEVER),
    ]);
    expect(both.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    broken = false;
    expect((await loader.load(FRAME, ["a"], "loss", NEVER))[0]?.points).toBe(1);
  });

  it("sends nothing for a chart that left before the request went out", async () => {
    const { loader, asked } = server();
    const gone = new AbortController();
    const load = loader.load(FRAME, ["a"], "loss", gone.signal);
    gone.abort();
    await expect(load).rejects.toThrow();
    expect(asked).toEqual([]);
  });
});
