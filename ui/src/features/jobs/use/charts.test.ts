import { expect, it } from "vitest";
import type { JobUse, Measure, UsageCurve } from "@/api/compute/usage";
import { chartsOf, LIMIT } from "./charts";

const MIB = 2 ** 20;
const COLORS = { limit: "grey", lines: ["blue", "red"] };
const curve = (measure: Measure, values: number[]): UsageCurve => ({
  measure,
  unit: "",
  width_ms: 1,
  samples: values.length,
  x: values.map((_, index) => 1000 + index * 2000),
  min: values,
  mean: values,
  max: values,
});
const use = (...curves: UsageCurve[]): JobUse => ({ attempt: 1, rank: 0, curves });

it("draws use in a unit that people read, beside a level line of what was asked for", () => {
  const [memory] = chartsOf(
    use(curve("memory", [100 * MIB, 300 * MIB])),
    { memory_bytes: 512 * MIB },
    1000,
    COLORS,
  );
  expect(memory).toMatchObject({ title: "Memory", unit: "MiB", peak: 300, limit: 512 });
  expect(memory?.curves.map(({ run, x, mean }) => [run.name, x, mean])).toEqual([
    ["used", [0, 2000], [100, 300]],
    [LIMIT, [0, 2000], [512, 512]],
  ]);
});

it("puts what belongs together on one chart, and shows nothing of what was not measured", () => {
  const charts = chartsOf(
    use(curve("cpu", [1.5]), curve("read", [0]), curve("written", [4096]), curve("received", [3 * MIB])),
    {},
    0,
    COLORS,
  );
  expect(charts.map(({ title, unit, curves }) => [title, unit, curves.length])).toEqual([
    ["CPU", "cores", 1],
    ["Disk", "KiB/s", 2],
    ["Network (TCP)", "MiB/s", 1],
  ]);
  expect(charts[0]?.limit).toBeNull();
  expect(chartsOf(use(curve("gpu", [])), { gpus: 1 }, 0, COLORS)).toEqual([]);
});
