import { expect, it } from "vitest";
import { keyAction } from "./keys";

const STOPS = Array.from({ length: 100 }, (_, step) => step);

it.each([
  ["Home", 0],
  ["End", 99],
  ["ArrowRight", 0],
  ["ArrowLeft", 99],
])("starts with %s at the end that it means", (key, x) => {
  const action = keyAction(key, false, { stops: STOPS, x: null, range: null, zoomed: false });
  expect(action).toEqual({ kind: "move", x });
});

it("leaps a tenth of the curve with Shift, and no further than its end", () => {
  const at = (x: number) => keyAction("ArrowRight", true, { stops: STOPS, x, range: null, zoomed: false });
  expect(at(40)).toEqual({ kind: "move", x: 50 });
  expect(at(95)).toEqual({ kind: "move", x: 99 });
});
