import { describe, expect, it } from "vitest";
import { eachLimited } from "./eachLimited";

describe("eachLimited", () => {
  it("has no more than the limit under way, and goes on after a failure", async () => {
    let running = 0;
    let most = 0;
    const outcome = await eachLimited([1, 2, 3, 4, 5], 2, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      if (item === 3) throw new Error("three");
    });
    expect(most).toBe(2);
    expect(outcome.done.sort()).toEqual([1, 2, 4, 5]);
    expect(outcome.failed).toEqual([{ item: 3, error: new Error("three") }]);
  });
});
