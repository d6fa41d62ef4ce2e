import { expect, it } from "vitest";
import { areaUnder, confusionOf, rocOf } from "./classification";

const CURVE = [
  { confidenceThreshold: 1, recall: 0, falsePositiveRate: 0 },
  { confidenceThreshold: 0.5, recall: 1, falsePositiveRate: 0.5 },
  { confidenceThreshold: 0, recall: 1, falsePositiveRate: 1 },
];

it("reads a curve as kfp writes it, and its area", () => {
  expect(rocOf({ confidenceMetrics: CURVE }).map((point) => point.recall)).toEqual([0, 1, 1]);
  expect(areaUnder(rocOf({ confidenceMetrics: { list: CURVE } }))).toBeCloseTo(0.75);
  expect(rocOf({ confidenceMetrics: "no list" })).toEqual([]);
  expect(rocOf({ confidenceMetrics: [null, { recall: "x" }] })).toEqual([]);
});

it("reads a matrix only where it is square", () => {
  const annotationSpecs = [{ displayName: "cat" }, { displayName: "dog" }];
  const struct = { annotationSpecs, rows: [{ row: [3, 1] }, { row: [0, 5] }] };
  expect(confusionOf({ confusionMatrix: { struct } })).toEqual({
    labels: ["cat", "dog"],
    rows: [
      [3, 1],
      [0, 5],
    ],
  });
  expect(confusionOf({ confusionMatrix: { annotationSpecs, rows: [{ row: [1] }] } })).toBeNull();
  expect(confusionOf({})).toBeNull();
});
