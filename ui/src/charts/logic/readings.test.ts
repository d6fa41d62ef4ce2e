import { describe, expect, it } from "vitest";
import { toCurves } from "./curves";
import { makePlot, type PlotOptions } from "./plot";
import { plotReadings, stops } from "./readings";

const RUNS = [
  { runId: "a", name: "first", color: "#000" },
  { runId: "b", name: "second", color: "#111" },
];
const PLAIN: PlotOptions = { smoothing: 0, logX: false, logY: false, ignoreOutliers: false, zoom: null };
const SERIES = [
  {
    run_id: "a",
    key: "k",
    points: 3,
    x: [0, 10, 20],
    min: [1, 2, 3],
    max: [1, 2, 3],
    mean: [1, 2, 3],
    last: [1, 2, 3],
    nan: 0,
  },
  {
    run_id: "b",
    key: "k",
    points: 9,
    x: [5, 15],
    min: [7, 7],
    max: [9, 11],
    mean: [8, 9],
    last: [8, 9],
    nan: 0,
  },
];
const CURVES = toCurves(SERIES, RUNS);

describe("plotReadings", () => {
  it("reads every run at the cursor, in the units of the axes, largest first", () => {
    const [first, second] = plotReadings(makePlot(CURVES, { ...PLAIN, logY: true }), 14);
    expect(first).toMatchObject({ x: 15, raw: null });
    expect(first?.value).toBeCloseTo(9, 9);
    expect(first?.extremes?.hi).toBeCloseTo(11, 9);
    expect(second?.value).toBeCloseTo(2, 9);
    expect(second?.extremes).toBeNull();
  });

  it("gives the value before smoothing beside the smoothed one", () => {
    const readings = plotReadings(makePlot(CURVES, { ...PLAIN, smoothing: 0.9 }), 20);
    const own = readings.find((reading) => reading.run.runId === "a");
    expect(own?.raw).toBe(3);
    expect(own?.value).toBeLessThan(3);
  });

  it("reads nothing left of zero on a log axis", () => {
    expect(plotReadings(makePlot(CURVES, { ...PLAIN, logX: true }), -1)).toEqual([]);
  });
});

describe("stops", () => {
  it("are the points of all curves in view", () => {
    expect(stops(makePlot(CURVES, PLAIN))).toEqual([0, 5, 10, 15, 20]);
    expect(stops(makePlot(CURVES, { ...PLAIN, zoom: { lo: 4, hi: 11 } }))).toEqual([5, 10]);
  });
});
