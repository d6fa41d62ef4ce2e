import { expect, it } from "vitest";
import { ruleOf, textsOf, withRequirement } from "./ruleForm";

it("writes a rule as it reads it", () => {
  const rule = {
    aliases: ["champion", "live"],
    stages: ["Production"],
    promoters: ["ada"],
    required: ["signature", "metrics.a,b >= 1"],
  };
  expect(ruleOf(textsOf(rule))).toEqual(rule);
});

it("begins with the alias that most people guard", () => {
  expect(ruleOf(textsOf(undefined))).toEqual({
    aliases: ["champion"],
    stages: [],
    promoters: [],
    required: [],
  });
});

it("takes each name once, and leaves out what is empty", () => {
  const texts = { aliases: " a, a ,, b", stages: [], promoters: "", required: "\nsignature\n\n" };
  expect(ruleOf(texts)).toMatchObject({ aliases: ["a", "b"], required: ["signature"] });
  expect(withRequirement("signature", "signature")).toBe("signature");
  expect(withRequirement("", "description")).toBe("description");
});
