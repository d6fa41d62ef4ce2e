import { describe, expect, it } from "vitest";
import { folderOf } from "./kinds";
import { modelFolderPath, splitModelPath } from "./modelPath";
import { ancestors } from "./rows";

describe("paths of logged models", () => {
  it("name the model and the path inside of it", () => {
    expect(splitModelPath("models:/m-1/data/x.bin")).toEqual({ id: "m-1", inner: "data/x.bin" });
    expect(splitModelPath(modelFolderPath("m-1"))).toEqual({ id: "m-1", inner: "" });
    expect(splitModelPath("models/m-1")).toBeNull();
    expect(splitModelPath("models:/")).toBeNull();
  });

  it("have the model as their top folder", () => {
    expect(folderOf("models:/m-1")).toBe("");
    expect(ancestors("models:/m-1/data/x.bin")).toEqual(["models:/m-1", "models:/m-1/data"]);
  });
});
