import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { ControlStrip } from "./ControlStrip";
import { WALL_DEFAULTS, type WallState } from "./logic/wallState";

function show(change: Partial<WallState> = {}) {
  const onChange = vi.fn();
  render(
    <MantineProvider>
      <ControlStrip state={{ ...WALL_DEFAULTS, ...change }} onChange={onChange} total={12} found={3} />
    </MantineProvider>,
  );
  return onChange;
}

describe("ControlStrip", () => {
  it("hands a search on once the typing pauses", async () => {
    const onChange = show();
    const field = screen.getByPlaceholderText("Search 12 metrics");
    fireEvent.change(field, { target: { value: "l" } });
    fireEvent.change(field, { target: { value: "loss" } });
    await waitFor(() => expect(onChange).toHaveBeenCalled());
    expect(onChange.mock.calls).toEqual([[{ search: "loss" }]]);
  });

  it("says how many metrics a search finds", () => {
    show({ search: "loss" });
    expect(screen.getByText("3 of 12")).toBeInTheDocument();
  });

  it("turns switches on and off, and offers no logarithm of the time of day", () => {
    const onChange = show({ logY: true, x: "time" });
    fireEvent.click(screen.getByRole("button", { name: "Log y" }));
    expect(onChange).toHaveBeenLastCalledWith({ logY: false });
    expect(screen.getByRole("button", { name: "Log x" })).toBeDisabled();
  });

  it("offers to reset the zoom only while there is one", () => {
    const onChange = show({ zoom: { lo: 1, hi: 2 } });
    fireEvent.click(screen.getByRole("button", { name: "Reset zoom" }));
    expect(onChange).toHaveBeenLastCalledWith({ zoom: null });
  });
});
