import { expect, it } from "vitest";
import { amountText, percentText } from "./progress";

const told = (done: number, total: number | null) => ({
  done,
  total,
  fraction: total === null ? null : Math.min(done / total, 1),
  note: "",
});

it("says a hundred percent of what is done, and not of what is almost", () => {
  expect(percentText(told(999, 1000))).toBe("99 %");
  expect(percentText(told(1000, 1000))).toBe("100 %");
  expect(percentText(told(3000, 1000))).toBe("100 %");
  expect(percentText(told(0, 3))).toBe("0 %");
});

it("says how many where nobody knows of how many", () => {
  expect(percentText(told(7, null))).toBeNull();
  expect(amountText(told(7, null))).toBe("7");
  expect(amountText(told(0.5, 3))).toBe("0.5 of 3");
  expect(amountText(told(1e15, 1e15 - 1))).not.toContain("…");
});
