import { describe, expect, it } from "vitest";
import { layOut, metricsOf } from "./wallMetrics";

const metric = (points: number) => ({ last: 1, min: 1, max: 1, step: 0, timestamp_ms: 0, points });
const NONE = new Set<string>();

describe("metricsOf", () => {
  it("joins the metrics of all runs and finds those of one value a run", () => {
    const { keys, singles } = metricsOf([
      { metrics: { loss: metric(1), acc: metric(1) } },
      { metrics: { loss: metric(9), l10: metric(1), l2: metric(1) } },
    ]);
    expect(keys).toEqual(["acc", "l2", "l10", "loss"]);
    expect([...singles]).toEqual(["acc", "l2", "l10"]);
  });
});

describe("layOut", () => {
  it("puts few metrics into one grid without headings, single values last", () => {
    expect(layOut(["epochs", "train/loss", "val/acc"], new Set(["epochs"]))).toEqual([
      { name: null, keys: ["train/loss", "val/acc", "epochs"] },
    ]);
  });

  it("keeps system metrics in their own section", () => {
    expect(layOut(["system/cpu", "loss"], NONE).map((section) => section.name)).toEqual([null, "system"]);
    expect(layOut(["system/cpu"], NONE)).toEqual([{ name: "system", keys: ["system/cpu"] }]);
  });

  it("makes sections of many metrics", () => {
    const many = ["a", "b"].flatMap((prefix) => Array.from({ length: 7 }, (_, i) => `${prefix}/${i}`));
    expect(layOut(many, NONE).map((section) => section.name)).toEqual(["a", "b"]);
  });

  it("makes no sections of pairs, however many", () => {
    const pairs = Array.from({ length: 40 }, (_, i) => [`class_${i}/precision`, `class_${i}/recall`]).flat();
    expect(layOut(pairs, NONE).map((section) => section.name)).toEqual([null]);
  });
});
