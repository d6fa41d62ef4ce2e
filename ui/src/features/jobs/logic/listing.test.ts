import { expect, it } from "vitest";
import { isFiltered, readListing, toggled, writeSort } from "./listing";

it("reads a listing from the address, and leaves out what it does not know", () => {
  const listing = readListing({
    state: "failed,queued,odd",
    kind: "task",
    group: "map-7",
    sort: "-priority",
  });
  expect(listing).toEqual({
    state: ["queued", "failed"],
    kind: ["task"],
    owner: "",
    group: "map-7",
    search: "",
    sort: "priority",
    descending: true,
  });
  expect(readListing({ sort: "color" })).toMatchObject({ sort: "created", descending: true });
  expect(isFiltered(readListing({}))).toBe(false);
  expect(isFiltered(listing)).toBe(true);
});

it("writes an order, and nothing for that which there is anyway", () => {
  expect(writeSort({ id: "name", descending: false })).toEqual({ sort: "name" });
  expect(writeSort({ id: "created", descending: true })).toEqual({ sort: undefined });
});

it("switches states on and off, in the order of a job's life", () => {
  expect(toggled(["failed"], "running")).toEqual(["running", "failed"]);
  expect(toggled(["running", "failed"], "running")).toEqual(["failed"]);
});
