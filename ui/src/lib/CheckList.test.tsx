import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { CheckList } from "./CheckList";

const ITEMS = Array.from({ length: 300 }, (_, i) => ({ id: `c${i}`, label: `column ${i}` }));

describe("CheckList", () => {
  it("adds and takes out, in the order of the items", () => {
    const onChange = vi.fn();
    render(<CheckList items={ITEMS} chosen={["c2", "c5"]} onChange={onChange} what="columns" />);
    fireEvent.click(screen.getByLabelText(/^column 3$/));
    expect(onChange).toHaveBeenLastCalledWith(["c2", "c3", "c5"]);
    fireEvent.click(screen.getByLabelText(/^column 2$/));
    expect(onChange).toHaveBeenLastCalledWith(["c5"]);
  });

  it("finds by filter what it does not list, and says how much that is", () => {
    render(<CheckList items={ITEMS} chosen={[]} onChange={vi.fn()} what="columns" />);
    expect(screen.queryByLabelText("column 299")).toBeNull();
    expect(screen.getByText(/100 more/)).toBeInTheDocument();
    fireEvent.change(screen.getByLabelText("Filter columns"), { target: { value: "299" } });
    expect(screen.getByLabelText("column 299")).toBeInTheDocument();
  });
});
