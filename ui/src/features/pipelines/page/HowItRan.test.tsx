import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { HowItRan, NotApplied } from "./HowItRan";

describe("HowItRan", () => {
  it("says in which way, and what to know of it", () => {
    render(<HowItRan how="command" notes={["Its image names Python 3.9."]} />);
    const said = screen.getAllByRole("listitem").map((each) => each.textContent);
    expect(said).toEqual([
      "It ran as a command of this machine, outside of its image.",
      "Its image names Python 3.9.",
    ]);
  });

  it("says nothing of what was not executed", () => {
    const { container } = render(<HowItRan how="" notes={[]} />);
    expect(container).toBeEmptyDOMElement();
  });
});

describe("NotApplied", () => {
  it("names what means nothing here, if there is anything", () => {
    const { rerender, container } = render(<NotApplied notes={[]} />);
    expect(container).toBeEmptyDOMElement();
    rerender(<NotApplied notes={["train: nodeSelector"]} />);
    expect(screen.getByRole("region", { name: "Not applied" })).toHaveTextContent("train: nodeSelector");
  });
});
