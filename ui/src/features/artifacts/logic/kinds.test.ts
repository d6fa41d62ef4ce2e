import { describe, expect, it } from "vitest";
import { fileName, folderOf, kindByName, looksLikeTable, looksLikeText, signatureName } from "./kinds";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("kindByName", () => {
  it.each([
    ["plots/roc.PNG", "image"],
    ["data.tsv", "table"],
    ["x.parquet", "parquet"],
    ["model/MLmodel", "text"],
    ["conda.yaml", "text"],
    ["README.md", "markdown"],
    ["model.pkl", "binary"],
    ["notes", null],
    ["weird.qqq", null],
  ])("shows %s as %s", (path, kind) => {
    expect(kindByName(path)).toBe(kind);
  });
});

describe("looksLikeText", () => {
  it("accepts UTF-8, even when a character is cut at the end", () => {
    expect(looksLikeText(bytes("plain\n\ttext"))).toBe(true);
    expect(looksLikeText(bytes("häß").subarray(0, 2))).toBe(true);
    expect(looksLikeText(new Uint8Array())).toBe(true);
  });

  it("refuses binary data", () => {
    expect(looksLikeText(new Uint8Array([0, 1, 2]))).toBe(false);
    expect(looksLikeText(new Uint8Array([0xff, 0xfe, 0x41]))).toBe(false);
    expect(looksLikeText(bytes("a\u0007b"))).toBe(false);
  });
});

describe("signatureName", () => {
  it("knows common binary files by their first bytes", () => {
    expect(signatureName(new Uint8Array([0x80, 0x04, 0x95, 0, 0, 0, 0, 0]))).toContain("pickle");
    expect(signatureName(bytes("PK\u0003\u0004...."))).toContain("ZIP");
    expect(signatureName(bytes("hello"))).toBeNull();
    expect(signatureName(new Uint8Array())).toBeNull();
  });
});

describe("paths", () => {
  it("split into folder and name", () => {
    expect([folderOf("a/b/c.txt"), fileName("a/b/c.txt")]).toEqual(["a/b", "c.txt"]);
    expect([folderOf("c.txt"), fileName("c.txt")]).toEqual(["", "c.txt"]);
  });
});

it("takes text for a table only where its rows are alike", () => {
  expect(looksLikeTable("x,y\n1,2\n3,4\n5")).toBe(true);
  expect(looksLikeTable("a\tb\n1\t2\n")).toBe(true);
  expect(looksLikeTable("one line, only")).toBe(false);
  expect(looksLikeTable("Dear reader, hello.\nNo table here\n")).toBe(false);
});
