import { describe, expect, it } from "vitest";
import { firstTexts, toggledDay, triggerOf } from "./trigger";

const texts = firstTexts("Europe/Berlin");

describe("triggerOf", () => {
  it("makes seconds of an interval", () => {
    expect(triggerOf({ ...texts, kind: "interval", count: " 15 ", unit: "minutes" })).toEqual({
      trigger: { interval_s: 900 },
    });
    for (const count of ["", "0", "-1", "1.5", "x"]) {
      expect(triggerOf({ ...texts, kind: "interval", count })).toHaveProperty("error");
    }
  });

  it("makes a cron expression of a time and days", () => {
    expect(triggerOf({ ...texts, time: "07:05" })).toEqual({
      trigger: { cron: "5 7 * * *", timezone: "Europe/Berlin" },
    });
    expect(triggerOf({ ...texts, days: [1, 5] })).toEqual({
      trigger: { cron: "0 9 * * 1,5", timezone: "Europe/Berlin" },
    });
    expect(triggerOf({ ...texts, days: [0, 1, 2, 3, 4, 5, 6] })).toEqual({
      trigger: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
    });
    expect(triggerOf({ ...texts, time: "" })).toHaveProperty("error");
  });

  it("takes an expression as it is", () => {
    expect(triggerOf({ ...texts, kind: "cron", cron: " @daily " })).toEqual({
      trigger: { cron: "@daily", timezone: "Europe/Berlin" },
    });
    expect(triggerOf({ ...texts, kind: "cron", cron: "  " })).toHaveProperty("error");
  });
});

describe("toggledDay", () => {
  it("switches one day", () => {
    expect(toggledDay([1, 5], 3)).toEqual([1, 3, 5]);
    expect(toggledDay([1, 3, 5], 3)).toEqual([1, 5]);
  });
});
