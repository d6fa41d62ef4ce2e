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
  expect(readListing({ state: "queued" }).sort).toBe("queue");
  expect(readListing({ state: "queued", sort: "-created" }).sort).toBe("created");
  expect(isFiltered(readListing({}))).toBe(false);
  expect(isFiltered(listing)).toBe(true);
});

it("writes an order", () => {
  expect(writeSort({ id: "name", descending: false })).toEqual({ sort: "name" });
  expect(writeSort({ id: "created", descending: true })).toEqual({ sort: "-created" });
});

it("switches states on and off, in the order of a job's life", () => {
  expect(toggled(["failed"], "running")).toEqual(["running", "failed"]);
  expect(toggled(["running", "failed"], "running")).toEqual(["failed"]);
});
