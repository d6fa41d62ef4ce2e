import { describe, expect, it } from "vitest";
import { toBars } from "./bars";

function curve(name: string, value: number | null) {
  const run = { runId: name, name, color: "#000" };
  return { run, x: [0], mean: [value], min: [value], max: [value], points: 1, notFinite: 0 };
}

describe("toBars", () => {
  it("grow from zero, largest first", () => {
    const bars = toBars([curve("small", 1), curve("large", 4)]);
    expect(bars.map((bar) => [bar.run.name, bar.from, bar.length])).toEqual([
      ["large", 0, 1],
      ["small", 0, 0.25],
    ]);
  });

  it("share one zero between negative and positive values", () => {
    const [up, down] = toBars([curve("down", -1), curve("up", 3)]);
    expect(up).toMatchObject({ from: 0.25, length: 0.75 });
    expect(down).toMatchObject({ from: 0, length: 0.25 });
  });

  it("put a value that cannot be drawn last, and survive zeros and huge values", () => {
    expect(toBars([curve("nan", null), curve("zero", 0)]).map((bar) => bar.run.name)).toEqual([
      "zero",
      "nan",
    ]);
    const [high, low] = toBars([curve("low", -Number.MAX_VALUE), curve("high", Number.MAX_VALUE)]);
    expect(high?.length).toBeCloseTo(0.5, 9);
    expect(low?.length).toBeCloseTo(0.5, 9);
  });
});
