import { describe, expect, it } from "vitest";
import { ancestors, type Listing, treeRows } from "./rows";

const file = (path: string) => ({ path, is_dir: false, file_size: 1 });
const folder = (path: string) => ({ path, is_dir: true });

describe("treeRows", () => {
  const listings = new Map<string, Listing>([
    ["", [file("b10.txt"), file("b2.txt"), folder("model")]],
    ["model", [file("model/MLmodel"), folder("model/data")]],
    ["model/data", { text: "loading" }],
  ]);

  it("shows folders first and counts numbers as numbers", () => {
    const paths = treeRows(listings, new Set()).map((row) => row.kind === "entry" && row.file.path);
    expect(paths).toEqual(["model", "b2.txt", "b10.txt"]);
  });

  it("puts the entries of an open folder behind it, and says what is not known yet", () => {
    const rows = treeRows(listings, new Set(["model", "model/data"]));
    expect(rows.map((row) => [row.kind === "entry" ? row.file.path : row.text, row.depth])).toEqual([
      ["model", 0],
      ["model/data", 1],
      ["loading", 2],
      ["model/MLmodel", 1],
      ["b2.txt", 0],
      ["b10.txt", 0],
    ]);
  });

  it("calls an empty folder empty", () => {
    const rows = treeRows(
      new Map<string, Listing>([
        ["", [folder("x")]],
        ["x", []],
      ]),
      new Set(["x"]),
    );
    expect(rows[1]).toMatchObject({ kind: "state", text: "empty" });
  });
});

describe("ancestors", () => {
  it("names every folder above a file", () => {
    expect(ancestors("a/b/c.txt")).toEqual(["a", "a/b"]);
    expect(ancestors("c.txt")).toEqual([]);
  });
});
