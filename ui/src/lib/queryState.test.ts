import { expect, it } from "vitest";
import { joinList, splitList } from "./listParam";
import { parseQuery, patched, stringifyQuery } from "./queryState";

it("keeps a query readable, and reads it back", () => {
  const query = { sort: "-metrics.val/acc@max", runs: "a,b", filter: "a = 'x&y' AND b > 1" };
  const text = stringifyQuery(query);
  expect(text).toContain("sort=-metrics.val/acc@max&runs=a,b");
  expect(parseQuery(text)).toEqual(query);
  expect(stringifyQuery({ a: "", b: undefined })).toBe("");
});

it("takes empty values out of a query", () => {
  expect(patched({ a: "1", b: "2" }, { a: undefined, b: "", c: "3" })).toEqual({ c: "3" });
});

it("joins lists whose items hold commas and percent signs", () => {
  const items = ["a,b", "50%", "%2C", "", "c"];
  expect(splitList(joinList(items))).toEqual(items);
  expect(splitList(undefined)).toEqual([]);
});
