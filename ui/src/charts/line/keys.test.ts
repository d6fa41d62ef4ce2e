import { describe, expect, it } from "vitest";
import { keyAction } from "./keys";

const stops = Array.from({ length: 101 }, (_, i) => i);
const base = { stops, x: 50, range: { lo: 0, hi: 100 }, zoomed: false };

describe("keyAction", () => {
  it("steps from point to point, in leaps with Shift, and stays inside", () => {
    expect(keyAction("ArrowRight", false, base)).toEqual({ kind: "move", x: 51 });
    expect(keyAction("ArrowLeft", true, base)).toEqual({ kind: "move", x: 40 });
    expect(keyAction("ArrowRight", false, { ...base, x: 100 })).toEqual({ kind: "move", x: 100 });
    expect(keyAction("Home", false, base)).toEqual({ kind: "move", x: 0 });
  });

  it("enters the chart from the side the arrow comes from", () => {
    expect(keyAction("ArrowRight", false, { ...base, x: null })).toEqual({ kind: "move", x: 0 });
    expect(keyAction("ArrowLeft", false, { ...base, x: null })).toEqual({ kind: "move", x: 100 });
  });

  it("zooms around the cursor and back", () => {
    expect(keyAction("+", false, base)).toEqual({ kind: "zoom", range: { lo: 25, hi: 75 } });
    expect(keyAction("0", false, { ...base, zoomed: true })).toEqual({ kind: "zoom", range: null });
    expect(keyAction("0", false, base)).toBeNull();
    expect(keyAction("-", false, base)).toBeNull();
  });

  it("leaves every other key, and a chart without points, to the browser", () => {
    expect(keyAction("Tab", false, base)).toBeNull();
    expect(keyAction("Escape", false, { ...base, x: null })).toBeNull();
    expect(keyAction("ArrowRight", false, { ...base, stops: [], x: null })).toBeNull();
  });
});
