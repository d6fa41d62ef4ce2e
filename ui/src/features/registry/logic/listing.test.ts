import { expect, it } from "vitest";
import { isFiltered, NO_FILTER, readListing, writeSort } from "./listing";

it("reads what the URL says, and takes the usual for what it does not", () => {
  expect(readListing({})).toEqual({
    kind: "model",
    search: "",
    owner: "",
    tag: "",
    alias: "",
    stage: "",
    sort: "updated",
    descending: true,
  });
  const asked = readListing({ kind: "prompt", tag: "team=vision", sort: "name", stage: "Production" });
  expect(asked).toMatchObject({
    kind: "prompt",
    tag: "team=vision",
    sort: "name",
    descending: false,
    stage: "Production",
  });
  expect(readListing({ sort: "-versions" })).toMatchObject({ sort: "versions", descending: true });
  expect(readListing({ sort: "-colour", kind: "other" })).toMatchObject({ sort: "updated", kind: "model" });
});

it("writes an order as it reads it", () => {
  const { sort = "" } = writeSort({ id: "versions", descending: true });
  expect(readListing({ sort })).toMatchObject({ sort: "versions", descending: true });
});

it("knows whether anything is left out", () => {
  expect(isFiltered(readListing({ kind: "prompt", sort: "name" }))).toBe(false);
  for (const key of Object.keys(NO_FILTER)) expect(isFiltered(readListing({ [key]: "x" }))).toBe(true);
});
