import { expect, it } from "vitest";
import { stageCounts } from "./stages";

it("names stages that have versions, production first", () => {
  expect(stageCounts({ Archived: 2, Production: 1, Staging: 0 })).toEqual([
    ["Production", 1],
    ["Archived", 2],
  ]);
  expect(stageCounts({})).toEqual([]);
});
