import { expect, it } from "vitest";
import { progressOf } from "./progress";

it("counts what is over of all that is known to come", () => {
  expect(
    progressOf({ succeeded: 8, cached: 2, failed: 1, upstream_failed: 1, running: 3, waiting: 25 }),
  ).toEqual({
    over: 12,
    total: 40,
    ok: 10,
    bad: 2,
    busy: 3,
  });
  expect(progressOf({})).toBeNull();
});
