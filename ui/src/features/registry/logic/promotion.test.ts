import { expect, it } from "vitest";
import type { KeptRule, Verdict } from "@/api/registry/types";
import { offeredAliases, outlookOf } from "./promotion";

const RULE: KeptRule = {
  rule: { aliases: ["champion"], stages: ["Production"], promoters: ["ada"], required: ["signature"] },
  updated_by: "ada",
  updated_ms: 0,
};
const check = (requirement: string, is_green: boolean): Verdict => ({
  requirement,
  is_green,
  reason: "",
  link: "",
});
const CHECKS = [check("signature", false), check("description", true)];

it("says what a rule would say of what it guards", () => {
  const outlook = outlookOf({ what: "alias", name: "champion" }, RULE, CHECKS, "bob");
  expect(outlook).toMatchObject({ guarded: true, notAllowed: true });
  expect(outlook.red.map((each) => each.requirement)).toEqual(["signature"]);
  expect(outlookOf({ what: "stage", name: "Production" }, RULE, CHECKS, "ada").notAllowed).toBe(false);
});

it("has nothing to say of what no rule guards", () => {
  const calm = { guarded: false, notAllowed: false, red: [] };
  expect(outlookOf({ what: "alias", name: "nightly" }, RULE, CHECKS, "bob")).toEqual(calm);
  expect(outlookOf({ what: "stage", name: "champion" }, RULE, CHECKS, "bob")).toEqual(calm);
  expect(outlookOf({ what: "alias", name: "champion" }, null, CHECKS, "bob")).toEqual(calm);
});

it("offers each alias once, the guarded ones first", () => {
  expect(offeredAliases(RULE.rule, ["nightly", "champion"])).toEqual(["champion", "nightly", "challenger"]);
});
