import { describe, expect, it } from "vitest";
import { intoSections, searchKeys, shortName } from "./sections";

describe("intoSections", () => {
  it("puts plain metrics first and system metrics last", () => {
    const names = intoSections(["val/acc", "system/cpu", "loss", "train/loss", "system/gpu/0"]).map(
      (s) => s.name,
    );
    expect(names).toEqual(["metrics", "train", "val", "system", "system/gpu"]);
  });

  it("groups by everything before the last slash", () => {
    expect(intoSections(["a/b/c", "a/b/d", "a/e"])).toEqual([
      { name: "a", keys: ["a/e"] },
      { name: "a/b", keys: ["a/b/c", "a/b/d"] },
    ]);
  });

  it("counts numbers as numbers and repeated keys once", () => {
    expect(intoSections(["x/l10", "x/l2", "x/l2"])[0]?.keys).toEqual(["x/l2", "x/l10"]);
  });

  it("keeps a leading or trailing slash in the name", () => {
    expect(intoSections(["/odd"])[0]?.name).toBe("metrics");
    expect(shortName("/odd")).toBe("/odd");
    expect(shortName("a/b/")).toBe("a/b/");
    expect(shortName("train/loss")).toBe("loss");
  });
});

describe("searchKeys", () => {
  const keys = ["train/loss", "train/acc", "val/loss"];

  it("wants every word, in any order and case", () => {
    expect(searchKeys(keys, "LOSS train")).toEqual(["train/loss"]);
    expect(searchKeys(keys, "  ")).toEqual(keys);
  });

  it("reads /…/ as a regular expression", () => {
    expect(searchKeys(keys, "/^train|acc$/")).toEqual(["train/loss", "train/acc"]);
  });

  it("finds nothing with a broken expression, rather than failing", () => {
    expect(searchKeys(keys, "/(/")).toEqual([]);
  });

  it("takes the signs of an expression literally elsewhere", () => {
    expect(searchKeys(["a.b", "axb"], "a.b")).toEqual(["a.b"]);
  });
});
