import { describe, expect, it } from "vitest";
import { byCommit } from "./commits";
import { testRun } from "./testRun";

const run = (name: string, commit?: string) =>
  testRun(name, commit === undefined ? {} : { tags: { "mlflow.source.git.commit": commit } });

describe("byCommit", () => {
  it("groups runs in the order of their commits, those without one last", () => {
    const groups = byCommit([run("a"), run("b", "c1"), run("c", "c2"), run("d", "c1")]);
    expect(groups.map((group) => [group.commit, group.runs.map((one) => one.name)])).toEqual([
      ["c1", ["b", "d"]],
      ["c2", ["c"]],
      [null, ["a"]],
    ]);
  });
});
