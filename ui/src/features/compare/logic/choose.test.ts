import { describe, expect, it } from "vitest";
import { defaultAxes, defaultPair, mainMetric } from "./choose";
import { type Field, isNumericField } from "./fields";

const field = (kind: Field["kind"], key: string, values: Field["values"], differs = true): Field => ({
  id: `${kind} ${key}`,
  kind,
  key,
  values,
  differs,
});
const loss = field("metric", "train/loss", [1, 2]);
const acc = field("metric", "val/accuracy", [0.5, 0.6]);
const odd = field("metric", "grad_norm", [1, 2]);

describe("mainMetric", () => {
  it("prefers a held-out measure with a known direction", () => {
    expect(mainMetric([odd, loss, acc])).toBe(acc);
    expect(mainMetric([odd, loss])).toBe(loss);
    expect(mainMetric([])).toBeNull();
  });

  it("does not take one that some runs lack, when another is complete", () => {
    expect(mainMetric([field("metric", "test/acc", [1, null]), loss])).toBe(loss);
  });
});

describe("defaults", () => {
  const lr = field("param", "lr", ["1", "2"]);
  const opt = field("param", "opt", ["a", "b"]);
  const same = field("param", "same", ["1", "1"], false);

  it("draw what differs, the main metric last", () => {
    expect(defaultAxes([opt, lr, same, acc])).toEqual([opt, lr, acc]);
  });

  it("scatter a number against the main metric", () => {
    expect(defaultPair([opt, lr, acc], isNumericField)).toEqual([lr, acc]);
    expect(defaultPair([opt, acc, loss], isNumericField)).toEqual([loss, acc]);
  });
});
