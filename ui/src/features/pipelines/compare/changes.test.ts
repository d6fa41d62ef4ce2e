import { expect, it } from "vitest";
import { changeText, differs, inputGroups } from "./changes";

it("says once what ten tasks took", () => {
  const of = (path: string, after = "b") => ({ path, name: "data", before: "a", after });
  expect(inputGroups([of("x"), of("y"), of("z", "c")]).map(({ paths }) => paths)).toEqual([
    ["x", "y"],
    ["z"],
  ]);
});

it("takes another state for a difference, and a moment for none", () => {
  const side = (state: string, took_ms: number) => ({ state, took_ms });
  const of = (before: ReturnType<typeof side> | null, after: ReturnType<typeof side> | null) => ({
    path: "a",
    before,
    after,
  });
  expect(differs(of(side("succeeded", 900), side("cached", 0)))).toBe(false);
  expect(differs(of(side("succeeded", 900), side("failed", 900)))).toBe(true);
  expect(differs(of(side("succeeded", 10_000), side("succeeded", 20_000)))).toBe(true);
  expect(differs(of(null, side("succeeded", 1)))).toBe(true);
});

it("writes how far a number went", () => {
  expect(changeText(0.9, 0.95)).toBe("+0.05");
  expect(changeText(3, 1)).toBe("−2");
  expect(changeText("a", 1)).toBe("");
});
