import { describe, expect, it } from "vitest";
import { assignSlots } from "./runColors";

const runs = (count: number, prefix = "run") =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

describe("the colours of runs", () => {
  it("differ for runs that are drawn together, in colour before dash", () => {
    const slots = [...assignSlots(new Map(), runs(8), 8).values()];
    expect(slots.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const more = [...assignSlots(new Map(), runs(20), 8).values()];
    expect(new Set(more).size).toBe(20);
    expect(Math.max(...more)).toBeLessThan(24);
  });

  it("stay when other runs come and go", () => {
    const known = new Map<string, number>();
    const before = assignSlots(known, runs(6), 8);
    const after = assignSlots(known, [...runs(6).slice(2), ...runs(3, "new")], 8);
    for (const id of runs(6).slice(2)) expect(after.get(id)).toBe(before.get(id));
  });

  it("are the same for everyone who looks at the same runs", () => {
    expect(assignSlots(new Map(), runs(5), 8)).toEqual(assignSlots(new Map(), runs(5), 8));
  });

  it("come back to plain lines when few runs are left of many", () => {
    const known = new Map<string, number>();
    assignSlots(known, runs(30), 8);
    expect(Math.max(...assignSlots(known, runs(30).slice(24), 8).values())).toBeLessThan(8);
  });
});
