import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { JsonTree } from "./JsonTree";

describe("JsonTree", () => {
  it("opens the first levels and folds the deeper ones", () => {
    render(<JsonTree value={{ model: { layers: { size: 7 } } }} />);
    expect(screen.queryByText("7")).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: /layers/ }));
    expect(screen.getByText("7")).toBeInTheDocument();
  });

  it("shows long lists a part at a time", () => {
    render(<JsonTree value={{ rows: Array.from({ length: 250 }, (_, i) => i + 1000) }} />);
    fireEvent.click(screen.getByRole("button", { name: /rows/ }));
    expect(screen.queryByText("1200")).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "150 more" }));
    expect(screen.getByText("1200")).toBeInTheDocument();
  });

  it("tells texts from numbers, null and empty things", () => {
    render(<JsonTree value={{ text: "1", number: 1, nothing: null, list: [] }} />);
    expect(screen.getByText('"1"')).toBeInTheDocument();
    expect(screen.getByText("null")).toBeInTheDocument();
    expect(screen.getByText(/\[\]/)).toBeInTheDocument();
  });
});
