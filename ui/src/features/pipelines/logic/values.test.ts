import { expect, it } from "vitest";
import { task } from "./testTask";
import { iterationText, plainName, valueBlock, valueText } from "./values";

it("writes text as it is, plain lists in a line, and what has parts over several", () => {
  expect(valueText("a")).toBe("a");
  expect(valueText([1, "a"])).toBe('[1,"a"]');
  expect(valueBlock(Array.from({ length: 40 }, () => 1000))).not.toContain("\n");
  expect(valueBlock({ a: 1 })).toBe('{"a":1}');
  expect(valueBlock({ text: "a".repeat(100) })).toContain("\n");
});

it("calls what tasks hand on by its own name, and an iteration by its item", () => {
  expect(plainName("pipelinechannel--fit-Output")).toBe("fit-Output");
  const inputs = { parameters: { lr: 0.1, name: "deep" }, artifacts: {} };
  expect(iterationText(task("loop[0]", { inputs }))).toBe("0.1, deep");
});
