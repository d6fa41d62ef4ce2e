import { expect, it } from "vitest";
import { folderOf } from "./kinds";
import { splitTaskPath, taskArtifactPath } from "./taskPath";

it("finds the artifact of a task again in a path, whatever it is called", () => {
  const place = { side: "outputs", task: "a/loop[3]/fit", name: "my model/50%", number: 2 } as const;
  const top = taskArtifactPath(place);
  expect(splitTaskPath(top)).toEqual({ ...place, inner: "" });
  expect(splitTaskPath(`${top}/plots/loss.png`)).toEqual({ ...place, inner: "plots/loss.png" });
  expect(folderOf(`${top}/plots/loss.png`)).toBe(`${top}/plots`);
  expect(folderOf(`${top}/loss.png`)).toBe(top);
  expect(folderOf(top)).toBe(top);
});

it("takes no other path for one", () => {
  for (const path of [
    "plots/loss.png",
    "models:/m-1/MLmodel",
    "tasks:/outputs/a",
    "tasks:/outputs/%E0%A4%A/b/0",
  ])
    expect(splitTaskPath(path)).toBeNull();
});
