import { expect, it } from "vitest";
import { isFiltered, readListing, toggledStates } from "./listing";

it("reads which runs are asked for, and leaves out what it does not know", () => {
  expect(readListing({ state: "failed,lost,running", experiment: "3", search: "nightly" })).toEqual({
    state: ["RUNNING", "FAILED"],
    search: "nightly",
    pipeline: "",
    experiment: "3",
    archived: false,
  });
  expect(isFiltered(readListing({ experiment: "none" }))).toBe(false);
  expect(isFiltered(readListing({ archived: "yes" }))).toBe(true);
});

it("switches states on and off, in their order", () => {
  expect(toggledStates(["FAILED"], "PENDING")).toBe("pending,failed");
  expect(toggledStates(["FAILED"], "FAILED")).toBe("");
});
