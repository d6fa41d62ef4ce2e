import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import { toastDone, toastError } from "@/lib/toast";
import { Toasts } from "./Toasts";

it("offers to take back what was done, once", async () => {
  const undo = vi.fn();
  render(<Toasts />);
  act(() => toastDone("3 runs deleted", undo));
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(undo).toHaveBeenCalledOnce();
  expect(screen.queryByText("3 runs deleted")).toBeNull();
});

it("keeps an error on the screen, with the server's hint, until it is dismissed", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  render(<Toasts />);
  act(() => toastError("Run not deleted", new ApiError("conflict", 409, "It is running.", "Stop it first.")));
  act(() => vi.advanceTimersByTime(60_000));
  expect(screen.getByRole("alert")).toHaveTextContent("Run not deleted: It is running.Stop it first.");
  vi.useRealTimers();
  await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));
  expect(screen.queryByRole("alert")).toBeNull();
});
