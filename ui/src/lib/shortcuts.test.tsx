import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { type Shortcut, useShortcuts } from "./shortcuts";

function Page({ shortcuts }: { shortcuts: Shortcut[] }) {
  useShortcuts("Page", shortcuts);
  return (
    <>
      <input aria-label="text" />
      <div role="dialog" tabIndex={-1}>
        dialog
      </div>
    </>
  );
}

function show() {
  const run = { single: vi.fn(), pair: vi.fn(), mod: vi.fn() };
  const view = render(
    <Page
      shortcuts={[
        { keys: "c", label: "single", run: run.single },
        { keys: "g e", label: "pair", run: run.pair },
        { keys: "mod+k", label: "mod", run: run.mod },
        { keys: "ArrowDown", label: "the table's own" },
      ]}
    />,
  );
  return { ...run, view };
}

describe("shortcuts", () => {
  it("fire on their key, and on their pair of keys", () => {
    const { single, pair } = show();
    fireEvent.keyDown(document.body, { key: "c" });
    fireEvent.keyDown(document.body, { key: "e" });
    expect(single).toHaveBeenCalledOnce();
    expect(pair).not.toHaveBeenCalled();
    fireEvent.keyDown(document.body, { key: "g" });
    fireEvent.keyDown(document.body, { key: "e" });
    expect(pair).toHaveBeenCalledOnce();
  });

  it("rest while one types or a dialog is open, but for those with Ctrl", () => {
    const { single, mod } = show();
    fireEvent.keyDown(screen.getByLabelText("text"), { key: "c" });
    fireEvent.keyDown(screen.getByRole("dialog"), { key: "c" });
    expect(single).not.toHaveBeenCalled();
    fireEvent.keyDown(screen.getByLabelText("text"), { key: "k", ctrlKey: true });
    expect(mod).toHaveBeenCalledOnce();
  });

  it("leave the browser's own keys and the table's alone", () => {
    const { single } = show();
    expect(fireEvent.keyDown(document.body, { key: "c", ctrlKey: true })).toBe(true);
    expect(fireEvent.keyDown(document.body, { key: "ArrowDown" })).toBe(true);
    expect(single).not.toHaveBeenCalled();
  });

  it("are gone with their page", () => {
    const { single, view } = show();
    view.unmount();
    fireEvent.keyDown(document.body, { key: "c" });
    expect(single).not.toHaveBeenCalled();
  });
});
