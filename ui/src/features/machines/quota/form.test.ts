import { expect, it } from "vitest";
import { formOf, quotaOf } from "./form";
import { rulesText } from "./rules";

it("takes an empty limit for none, and reads the others as people write them", () => {
  const form = { ...formOf(null), cpu: "8", memory: "64Gi", cohort: " lab ", may_preempt: true, weight: "3" };
  expect(quotaOf(form)).toEqual({
    errors: {},
    quota: {
      cpu_milli: 8000,
      memory_bytes: 64 * 2 ** 30,
      gpus: null,
      workloads: null,
      cohort: "lab",
      may_borrow: true,
      may_preempt: true,
      weight: 3,
    },
  });
  expect(quotaOf(formOf(quotaOf(form).quota)).quota).toEqual(quotaOf(form).quota);
  expect(Object.keys(quotaOf({ ...form, cpu: "many", weight: "0" }).errors).sort()).toEqual([
    "cpu",
    "weight",
  ]);
  expect(rulesText(quotaOf(form).quota)).toBe("cohort lab · may take back · weight 3");
  expect(rulesText(null)).toBe("takes what is free");
});
