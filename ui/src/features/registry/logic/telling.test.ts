import { expect, it } from "vitest";
import type { MetricSummary } from "@/api/types";
import { bestOf, betterSide, tellingMetrics } from "./telling";

const cell: MetricSummary = { last: 1, min: 1, max: 1, step: 0, timestamp_ms: 0, points: 1 };
const run = (...metrics: string[]) => ({ metrics: Object.fromEntries(metrics.map((key) => [key, cell])) });

it("shows first what has a better and a worse, and what most have", () => {
  const runs = [run("zoo", "val/acc", "loss"), run("val/acc", "zoo"), run("zoo", "system/cpu_percent")];
  expect(tellingMetrics(runs, 3)).toEqual(["val/acc", "loss", "zoo"]);
  expect(tellingMetrics([], 3)).toEqual([]);
});

it("knows the best only where the name says which way is better, and where there is a choice", () => {
  expect(bestOf("val/acc", [0.9, 0.95, Number.NaN])).toBe(0.95);
  expect(bestOf("loss", [0.3, 0.2])).toBe(0.2);
  expect(bestOf("zoo", [1, 2])).toBeNull();
  expect(bestOf("loss", [0.3, 0.3])).toBeNull();
  expect(betterSide("loss", "0.3", "0.2")).toBe("right");
  expect(betterSide("acc", "0.3", "0.2")).toBe("left");
  expect(betterSide("acc", "nan", "0.2")).toBeNull();
  expect(betterSide("acc", null, "0.2")).toBeNull();
});
