import { describe, expect, it } from "vitest";
import type { BinnedSeries } from "@/api/types";
import { type ChartRun, isSinglePoint, toCurves } from "./curves";
import { makePlot, type PlotOptions } from "./plot";

const RUNS: ChartRun[] = [
  { runId: "a", name: "first", color: "#000" },
  { runId: "b", name: "second", color: "#111" },
];
const PLAIN: PlotOptions = { smoothing: 0, logX: false, logY: false, ignoreOutliers: false, zoom: null };

function series(
  run_id: string,
  values: BinnedSeries["mean"],
  more: Partial<BinnedSeries> = {},
): BinnedSeries {
  const x = values.map((_, i) => i);
  return {
    run_id,
    key: "k",
    points: values.length,
    x,
    min: values,
    max: values,
    mean: values,
    last: values,
    nan: 0,
    ...more,
  };
}

describe("toCurves", () => {
  it("keeps the order of the runs and leaves out runs without points", () => {
    const curves = toCurves([series("b", [1]), series("a", [])], RUNS);
    expect(curves.map((curve) => curve.run.name)).toEqual(["second"]);
  });

  it("turns NaN and infinities into gaps", () => {
    const [curve] = toCurves([series("a", [1, "NaN", "Infinity", null, 2])], RUNS);
    expect(curve?.mean).toEqual([1, null, null, null, 2]);
  });

  it("takes the largest double for the infinity that MLflow keeps as such, and counts it", () => {
    const values = [1, Number.MAX_VALUE, -Number.MAX_VALUE, 2];
    const [curve] = toCurves([series("a", values, { nan: 1 })], RUNS);
    expect(curve?.mean).toEqual([1, null, null, 2]);
    expect(curve?.notFinite).toBe(3);
  });

  it("knows metrics of one point a run", () => {
    expect(isSinglePoint(toCurves([series("a", [1]), series("b", [2])], RUNS))).toBe(true);
    expect(isSinglePoint(toCurves([series("a", [1]), series("b", [2, 3])], RUNS))).toBe(false);
    expect(isSinglePoint([])).toBe(false);
  });
});

describe("makePlot", () => {
  it("has no range and no traces without curves", () => {
    expect(makePlot([], PLAIN)).toMatchObject({ traces: [], x: null, y: null, notes: [] });
  });

  it("makes room for the extremes of binned points and draws them as a band", () => {
    const binned = series("a", [5, 5], { points: 200, min: [-50, 1], max: [6, 90] });
    const plot = makePlot(toCurves([binned], RUNS), PLAIN);
    expect(plot.y?.lo).toBeLessThan(-50);
    expect(plot.y?.hi).toBeGreaterThan(90);
    expect(plot.traces[0]?.band).toEqual({ lo: [-50, 1], hi: [6, 90] });
    expect(plot.traces[0]?.raw).toBeNull();
  });

  it("keeps the raw values beside a smoothed line", () => {
    const plot = makePlot(toCurves([series("a", [0, 10, 0, 10])], RUNS), { ...PLAIN, smoothing: 0.9 });
    expect(plot.traces[0]?.raw).toEqual([0, 10, 0, 10]);
    expect(plot.traces[0]?.line[3]).toBeLessThan(10);
    expect(plot.y?.hi).toBeGreaterThanOrEqual(10);
  });

  it("says what a log axis cannot show", () => {
    const plot = makePlot(toCurves([series("a", [-2, 0, -1, 10])], RUNS), {
      ...PLAIN,
      logY: true,
      logX: true,
    });
    expect(plot.traces[0]?.line).toEqual([null, null, null, 1]);
    expect(plot.notes).toEqual([
      "2 values ≤ 0, not on the log axis",
      "1 point at x ≤ 0, not on the log axis",
    ]);
  });

  it("says so when nothing fits a log axis, and counts NaN", () => {
    expect(makePlot(toCurves([series("a", [0])], RUNS), { ...PLAIN, logY: true }).notes).toEqual([
      "no value above zero for the log axis",
    ]);
    expect(makePlot(toCurves([series("a", ["NaN", 1], { nan: 1 })], RUNS), PLAIN).notes[0]).toContain(
      "1 value NaN",
    );
  });

  it("begins a step axis at 0 when the first bucket lies near it", () => {
    const late = series("a", [1, 2, 3], { x: [3, 100, 200], points: 600 });
    expect(makePlot(toCurves([late], RUNS), PLAIN).x).toEqual({ lo: 0, hi: 200 });
    const resumed = series("a", [1, 2, 3], { x: [100, 150, 200] });
    expect(makePlot(toCurves([resumed], RUNS), PLAIN).x?.lo).toBe(100);
  });

  it("fits the y axis to what the zoom shows", () => {
    const plot = makePlot(toCurves([series("a", [1000, 1, 2, 3])], RUNS), {
      ...PLAIN,
      zoom: { lo: 1, hi: 3 },
    });
    expect(plot.x).toEqual({ lo: 1, hi: 3 });
    expect(plot.y?.hi).toBeLessThan(4);
  });

  it("shows everything when a zoom cannot be placed on a log axis", () => {
    const plot = makePlot(toCurves([series("a", [1, 2, 3])], RUNS), {
      ...PLAIN,
      logX: true,
      zoom: { lo: 0, hi: 2 },
    });
    expect(plot.x?.hi).toBeCloseTo(Math.log10(2), 9);
  });
});
