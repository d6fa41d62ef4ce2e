import { describe, expect, it } from "vitest";
import { patched } from "@/lib/queryState";
import { readList, writeList } from "./listState";

describe("the list of experiments in the URL", () => {
  it("shows the latest first by default, and leaves no trace of that", () => {
    const state = readList({});
    expect(state).toEqual({ view: "active", search: "", sort: "updated", descending: true });
    expect(patched({}, writeList(state))).toEqual({});
  });

  it("comes back as it was", () => {
    const state = { view: "deleted", search: "mnist", sort: "runs", descending: false } as const;
    expect(readList(patched({}, writeList(state)))).toEqual(state);
  });

  it("ignores a sort it does not know", () => {
    expect(readList({ sort: "-shoe-size" })).toEqual(readList({}));
  });
});
