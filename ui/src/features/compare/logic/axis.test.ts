import { describe, expect, it } from "vitest";
import { toAxis } from "./axis";
import type { Field } from "./fields";

const field = (values: Field["values"]): Field => ({
  id: "f",
  kind: "param",
  key: "f",
  values,
  differs: true,
});

describe("toAxis", () => {
  it("places numbers from 0 to 1 and leaves gaps out", () => {
    const axis = toAxis(field(["10", "20", null, "30"]));
    expect(axis).toMatchObject({ log: false, positions: [0, 0.5, null, 1] });
    expect(axis.ticks.map((tick) => tick.label)).toContain("20");
  });

  it("turns logarithmic when values spread over more than a hundredfold", () => {
    const axis = toAxis(field(["0.0001", "0.01", "1"]));
    expect(axis.log).toBe(true);
    expect(axis.positions[1]).toBeCloseTo(0.5, 9);
    expect(toAxis(field(["0", "1000"])).log).toBe(false);
    expect(toAxis(field(["1", "100"])).log).toBe(false);
  });

  it("puts categories at equal distances, in natural order", () => {
    const axis = toAxis(field(["sgd", "adam", "l10", "l2"]));
    expect(axis.ticks.map((tick) => tick.label)).toEqual(["adam", "l2", "l10", "sgd"]);
    expect(axis.positions).toEqual([1, 0, 2 / 3, 1 / 3]);
  });

  it("puts the only value in the middle, and survives huge ones", () => {
    expect(toAxis(field(["5", "5"])).positions).toEqual([0.5, 0.5]);
    expect(toAxis(field([-Number.MAX_VALUE, Number.MAX_VALUE])).positions).toEqual([0, 1]);
    expect(toAxis(field([null])).ticks).toEqual([]);
  });

  it("writes no more names than fit", () => {
    const many = toAxis(field(Array.from({ length: 200 }, (_, i) => `name${i}`)));
    expect(many.ticks.length).toBeLessThanOrEqual(12);
    expect(many.positions[199]).toBe(1);
  });
});
