import { expect, it } from "vitest";
import { innermost, plainName, valueBlock, valueText } from "./values";

it("writes text as it is, plain lists in a line, and what has parts over several", () => {
  expect(valueText("a")).toBe("a");
  expect(valueText([1, "a"])).toBe('[1,"a"]');
  expect(valueBlock(Array.from({ length: 40 }, () => 1000))).not.toContain("\n");
  expect(valueBlock({ a: 1 })).toBe('{"a":1}');
  expect(valueBlock({ text: "a".repeat(100) })).toContain("\n");
});

it("calls what tasks hand on by its own name", () => {
  expect(plainName("pipelinechannel--fit-Output")).toBe("fit-Output");
});

it("says of an error what it began with", () => {
  expect(innermost("exit-handler-1 failed: loop failed: iteration 3 failed: fit failed: exit code 1")).toBe(
    "fit failed: exit code 1",
  );
  expect(innermost("fit failed: exit code 1")).toBe("fit failed: exit code 1");
  expect(innermost("")).toBe("");
});
