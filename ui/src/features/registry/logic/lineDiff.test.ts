import { expect, it } from "vitest";
import { changeCounts, type DiffLine, lineDiff } from "./lineDiff";

const SIGNS = { same: " ", added: "+", removed: "-" };
const shown = (lines: readonly DiffLine[]) => lines.map(({ kind, text }) => `${SIGNS[kind]}${text}`);

it("keeps what both have and marks the rest in its place", () => {
  const lines = lineDiff("You are kind.\nSay: {{q}}\nBe short.", "You are kind.\nBe short.\nSay why.");
  expect(shown(lines)).toEqual([" You are kind.", "-Say: {{q}}", " Be short.", "+Say why."]);
  expect(changeCounts(lines)).toEqual({ added: 1, removed: 1 });
});

it("has nothing to say of equal texts, and everything of one that begins or ends", () => {
  expect(shown(lineDiff("a\nb", "a\r\nb"))).toEqual([" a", " b"]);
  expect(shown(lineDiff("", "a\nb"))).toEqual(["+a", "+b"]);
  expect(shown(lineDiff("a", ""))).toEqual(["-a"]);
});

it("makes either text of what it shows", () => {
  const [before, after] = ["a\nb\nc\nd\ne", "b\nx\nd\na\ne"];
  const lines = lineDiff(before, after);
  const side = (other: string) => lines.filter((line) => line.kind !== other).map((line) => line.text);
  expect(side("added").join("\n")).toBe(before);
  expect(side("removed").join("\n")).toBe(after);
});

it("gives up comparing what is very long line by line", () => {
  const many = (word: string) => Array.from({ length: 3000 }, (_, index) => `${word} ${index}`).join("\n");
  expect(changeCounts(lineDiff(`same\n${many("a")}`, `same\n${many("b")}`))).toEqual({
    added: 3000,
    removed: 3000,
  });
});
