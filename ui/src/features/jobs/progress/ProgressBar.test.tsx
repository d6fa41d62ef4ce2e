import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { ProgressBar } from "./ProgressBar";

it("shows how far it is and what it does", () => {
  render(<ProgressBar name="train" progress={{ done: 45, total: 100, fraction: 0.45, note: "epoch 3" }} />);
  const bar = screen.getByRole("progressbar", { name: "Progress of train" });
  expect(bar.getAttribute("aria-valuenow")).toBe("45");
  expect(screen.getByText("45 %")).toBeDefined();
  expect(screen.getByText("45 of 100")).toBeDefined();
  expect(screen.getByText("epoch 3")).toBeDefined();
});

it("shows a number and no bar where nobody knows of how many", () => {
  render(<ProgressBar name="train" progress={{ done: 1200, total: null, fraction: null, note: "" }} />);
  expect(screen.queryByRole("progressbar")).toBeNull();
  expect(screen.getByText(/1.?200/)).toBeDefined();
});
