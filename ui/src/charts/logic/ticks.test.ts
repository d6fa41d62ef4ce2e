import { describe, expect, it } from "vitest";
import { logLabels, logTicks, niceTicks, numberLabels, wholeTicks } from "./ticks";
import { clockTicks, elapsedLabel, elapsedTicks } from "./timeTicks";

describe("niceTicks", () => {
  it("steps by 1, 2 or 5 times a power of ten", () => {
    expect(niceTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks(-7, 9, 4)).toEqual([-5, 0, 5]);
  });

  it("never shows rounding dust", () => {
    expect(niceTicks(0, 0.35, 4)).toEqual([0, 0.1, 0.2, 0.3]);
  });

  it("survives an empty, an infinite and a huge range", () => {
    expect(niceTicks(1, 1, 5)).toEqual([]);
    expect(niceTicks(0, Number.POSITIVE_INFINITY, 5)).toEqual([]);
    expect(niceTicks(-Number.MAX_VALUE, Number.MAX_VALUE, 4).length).toBeGreaterThan(1);
  });
});

describe("wholeTicks", () => {
  it("has no fractions of a step", () => {
    expect(wholeTicks(0, 3, 8)).toEqual([0, 1, 2, 3]);
    expect(wholeTicks(0, 1, 5)).toEqual([0, 1]);
  });
});

describe("logTicks", () => {
  it("shows powers of ten over many decades, thinned to fit", () => {
    expect(logTicks(1e-9, 1, 4)).toEqual([1e-9, 1e-6, 1e-3, 1]);
  });

  it("adds 2 and 5 over few decades and plain steps within one", () => {
    expect(logTicks(1, 100, 6)).toEqual([1, 2, 5, 10, 20, 50, 100]);
    expect(logTicks(0.91, 0.99, 4)).toEqual(niceTicks(0.91, 0.99, 4));
  });

  it("has nothing to say about a range that reaches zero", () => {
    expect(logTicks(0, 10, 5)).toEqual([]);
  });
});

describe("labels", () => {
  it("give the digits that tell neighbours apart", () => {
    expect(numberLabels([0, 0.2, 0.4])).toEqual(["0", "0.2", "0.4"]);
    expect(numberLabels([1000.001, 1000.002])).toEqual(["1000.001", "1000.002"]);
    expect(numberLabels([-5, 0, 5])).toEqual(["−5", "0", "5"]);
  });

  it("shorten large and small numbers", () => {
    expect(numberLabels([0, 5000, 10000])).toEqual(["0", "5k", "10k"]);
    expect(numberLabels([0, 5000])).toEqual(["0", "5000"]);
    expect(numberLabels([0, 3e12, 9e12])).toEqual(["0", "3T", "9T"]);
    expect(numberLabels([0, 2e15])).toEqual(["0", "2e15"]);
    expect(numberLabels([0, 2e-5])).toEqual(["0", "2e-5"]);
    expect(logLabels([1e-6, 0.01, 1, 1e4, 1e6])).toEqual(["1e-6", "0.01", "1", "10k", "1M"]);
  });
});

describe("time ticks", () => {
  it("count from the start in round spans", () => {
    expect(elapsedTicks(0, 7_200_000, 4).labels).toEqual(["0", "30m", "1h", "1h30m", "2h"]);
    expect(elapsedTicks(0, 400, 4).labels).toEqual(["0", "100ms", "200ms", "300ms", "400ms"]);
    expect(elapsedLabel(90_500)).toBe("1m30.5s");
  });

  it("fall on round local times", () => {
    const start = new Date(2026, 2, 8, 9, 58, 12).getTime();
    const { ticks, labels } = clockTicks(start, start + 3_600_000, 4);
    expect(labels).toEqual(["10:00", "10:15", "10:30", "10:45"]);
    expect(new Date(ticks[0] as number).getSeconds()).toBe(0);
  });

  it("name the day at midnight", () => {
    const start = new Date(2026, 2, 8, 20).getTime();
    expect(clockTicks(start, start + 8 * 3_600_000, 4).labels).toEqual([
      "20:00",
      "22:00",
      "Mar 9",
      "02:00",
      "04:00",
    ]);
  });
});
