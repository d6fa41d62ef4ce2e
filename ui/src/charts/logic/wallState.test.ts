import { describe, expect, it } from "vitest";
import { patched } from "@/lib/queryState";
import { readWall, toggledIn, WALL_DEFAULTS, type WallState, writeWall } from "./wallState";

describe("the wall's URL", () => {
  it("is empty for the defaults", () => {
    expect(patched({}, writeWall(WALL_DEFAULTS))).toEqual({});
    expect(readWall({})).toEqual(WALL_DEFAULTS);
  });

  it("gives back what was written", () => {
    const state: WallState = {
      smoothing: 0.6,
      x: "relative",
      logX: true,
      logY: true,
      columns: 3,
      ignoreOutliers: true,
      search: "train loss",
      pinned: ["train/loss", "odd,name", "100%", "a%2Cb"],
      toggled: ["system"],
      zoom: null,
    };
    expect(readWall(patched({}, writeWall(state)))).toEqual(state);
  });

  it("gives back a zoom, whole or broken into fractions", () => {
    const zoom = { lo: -1.5, hi: 2000 };
    expect(readWall(patched({}, writeWall({ zoom }))).zoom).toEqual(zoom);
  });

  it("forgets the zoom with the axis it belongs to", () => {
    const url = patched({ zoom: "0:10" }, writeWall({ x: "time" }));
    expect(readWall(url).zoom).toBeNull();
  });

  it("has no logarithm of the time of day", () => {
    expect(readWall({ x: "time", logx: "1" }).logX).toBe(false);
    expect(readWall({ x: "relative", logx: "1" }).logX).toBe(true);
  });

  it("falls back to the default where a link is damaged", () => {
    const damaged = { smooth: "lots", x: "banana", cols: "99", zoom: "5:1", pin: ",," };
    expect(readWall(damaged)).toEqual({ ...WALL_DEFAULTS, columns: 6 });
    expect(readWall({ zoom: "1:2:3" }).zoom).toBeNull();
    expect(readWall({ zoom: ":5" }).zoom).toBeNull();
    expect(readWall({ smooth: "7" }).smoothing).toBe(0.99);
  });
});

describe("toggledIn", () => {
  it("adds and takes out", () => {
    expect(toggledIn(["a"], "b")).toEqual(["a", "b"]);
    expect(toggledIn(["a", "b"], "a")).toEqual(["b"]);
  });
});
