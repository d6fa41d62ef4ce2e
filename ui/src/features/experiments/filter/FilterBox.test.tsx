import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createRef } from "react";
import { describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import { testFields } from "@/lib/testFields";
import { FilterBox } from "./FilterBox";

const FIELDS = testFields([["val/acc", 2]], [["lr", 2]]);

function show(filter = "", error: unknown = null) {
  const onFilter = vi.fn();
  const ref = createRef<HTMLInputElement>();
  render(
    <FilterBox
      filter={filter}
      fields={FIELDS}
      onWord={() => {}}
      error={error}
      inputRef={ref}
      onFilter={onFilter}
    />,
  );
  return { onFilter, box: screen.getByRole<HTMLInputElement>("combobox", { name: "Filter runs" }) };
}

describe("FilterBox", () => {
  it("completes a field by keyboard and filters on Enter", async () => {
    const { onFilter, box } = show();
    await userEvent.type(box, "acc{ArrowDown}{Enter}");
    expect(box.value).toBe("metrics.`val/acc` ");
    await userEvent.type(box, "> 0.9{Enter}");
    expect(onFilter).toHaveBeenCalledExactlyOnceWith("metrics.`val/acc` > 0.9");
  });

  it("searches by name for a plain word", async () => {
    const { onFilter, box } = show();
    await userEvent.type(box, "adam{Enter}");
    expect(onFilter).toHaveBeenCalledExactlyOnceWith("attributes.run_name ILIKE '%adam%'");
  });

  it("takes a suggestion that is clicked", async () => {
    const { box } = show();
    await userEvent.click(box);
    await userEvent.click(screen.getByRole("option", { name: /params\.lr/ }));
    expect(box.value).toBe("params.lr ");
    expect(box).toHaveFocus();
  });

  it("shows what the server said of the filter, and clears it", async () => {
    const { onFilter, box } = show(
      "metrics.x",
      new ApiError("invalid", 400, "No comparison.", "Write metrics.x < 1."),
    );
    expect(screen.getByRole("alert")).toHaveTextContent("No comparison. Write metrics.x < 1.");
    expect(box).toBeInvalid();
    await userEvent.click(screen.getByRole("button", { name: "Clear the filter" }));
    expect(onFilter).toHaveBeenCalledExactlyOnceWith("");
  });
});
