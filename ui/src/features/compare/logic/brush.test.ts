import { describe, expect, it } from "vitest";
import { toAxis } from "./axis";
import { brushed, brushKey, withBrush } from "./brush";
import type { Field } from "./fields";

const field = (id: string, values: Field["values"]): Field => ({
  id,
  kind: "param",
  key: id,
  values,
  differs: true,
});
const axes = [toAxis(field("lr", ["0", "5", "10", null])), toAxis(field("opt", ["a", "b", "a", "a"]))];

describe("brushed", () => {
  it("keeps runs that lie inside every brush", () => {
    expect(brushed(axes, {}, 4)).toEqual([true, true, true, true]);
    expect(brushed(axes, { lr: { lo: 0, hi: 0.6 } }, 4)).toEqual([true, true, false, false]);
    expect(brushed(axes, { lr: { lo: 0, hi: 0.6 }, opt: { lo: 0, hi: 0.1 } }, 4)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it("can be freed again", () => {
    const set = withBrush({}, "lr", { lo: 0, hi: 1 });
    expect(withBrush(set, "lr", null)).toEqual({});
  });
});

describe("brushKey", () => {
  it("makes, moves and frees a brush, and keeps it on the axis", () => {
    const made = brushKey("ArrowUp", undefined);
    expect(made).toEqual({ lo: 0, hi: 0.3 });
    expect(brushKey("ArrowUp", { lo: 0, hi: 0.3 })).toEqual({ lo: 0.1, hi: 0.4 });
    expect(brushKey("ArrowUp", { lo: 0.7, hi: 1 })?.lo).toBeCloseTo(0.7, 9);
    expect(brushKey("Escape", { lo: 0, hi: 1 })).toBeNull();
    expect(brushKey("Escape", undefined)).toBeUndefined();
    expect(brushKey("a", undefined)).toBeUndefined();
  });
});
