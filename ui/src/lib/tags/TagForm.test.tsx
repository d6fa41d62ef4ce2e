import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { TagForm } from "./TagForm";

function open(saved = true) {
  const onSave = vi.fn(async () => saved);
  const onClose = vi.fn();
  render(<TagForm taken={{ team: "vision" }} onSave={onSave} onClose={onClose} />);
  const type = (label: string, text: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value: text } });
  return { onSave, onClose, type };
}

describe("TagForm", () => {
  it("saves a new tag and closes", async () => {
    const { onSave, onClose, type } = open();
    type("Tag key", "  stage ");
    type("Tag value", "prod");
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(onSave).toHaveBeenCalledWith("stage", "prod");
  });

  it("does not write over a tag that is there", () => {
    const { type } = open();
    type("Tag key", "team");
    expect(screen.getByRole("button", { name: "Exists" })).toBeDisabled();
    expect(screen.getByLabelText("Tag key")).toHaveAttribute("aria-invalid", "true");
  });

  it("stays open when the server refused", async () => {
    const { onSave, onClose, type } = open(false);
    type("Tag key", "stage");
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(onSave).toHaveBeenCalled());
    expect(onClose).not.toHaveBeenCalled();
  });
});
