import { describe, expect, it } from "vitest";
import { legacyTarget } from "./legacyLinks";

describe("links that clients of MLflow and Kubeflow print", () => {
  it.each([
    ["#/", "/w/default/experiments"],
    ["#/experiments", "/w/default/experiments"],
    ["#/experiments/12", "/w/default/experiments/12"],
    ["#/experiments/12/runs/ab34", "/w/default/experiments/12/runs/ab34"],
    ["#/experiments/12/runs/ab34/artifacts", "/w/default/experiments/12/runs/ab34?tab=artifacts"],
    [
      "#/experiments/12/runs/ab34/artifacts/model/MLmodel",
      "/w/default/experiments/12/runs/ab34?tab=artifacts",
    ],
    ["#/experiments/12/runs/ab34/model-metrics", "/w/default/experiments/12/runs/ab34?tab=charts"],
    ["#/experiments/12/models/m-7f", "/w/default/experiments/12/models/m-7f"],
    ["#/models", "/w/default/models"],
    ["#/models/digit%20reader", "/w/default/models/digit%20reader"],
    ["#/models/digits/versions/3", "/w/default/models/digits/versions/3"],
    ["#/models/digits/versions/x", "/w/default/models/digits"],
    ["#/prompts", "/w/default/models?kind=prompt"],
    ["#/prompts/greet", "/w/default/models/greet"],
    ['#/compare-runs?runs=["a","b"]&experiments=["1"]', "/w/default/compare?runs=a,b"],
    ["#/compare-runs?runs=%5B%22a%22%2C%22b%22%5D", "/w/default/compare?runs=a,b"],
  ])("%s leads to %s", (hash, path) => expect(legacyTarget(hash, "default")).toBe(path));

  it.each([
    ["#/runs/details/ab-12", "/w/default/pipelines/runs/ab-12"],
    ["#/experiments/details/3", "/w/default/pipelines?experiment=3"],
    ["#/pipelines/details/p1", "/w/default/pipelines/catalog?pipeline=p1"],
    ["#/pipelines/details/p1/version/v2?fromRun=ab", "/w/default/pipelines/catalog?pipeline=p1&version=v2"],
    ["#/runs", "/w/default/pipelines"],
    ["#/pipelines", "/w/default/pipelines/catalog"],
  ])("%s of Kubeflow's client leads to %s", (hash, path) => expect(legacyTarget(hash, "default")).toBe(path));

  it.each(["", "#main", "#/models/name/1", "#/experiments/%E0%A4%A"])("does not break on %j", (hash) => {
    expect(() => legacyTarget(hash, "default")).not.toThrow();
  });

  it("leaves other hashes alone", () => expect(legacyTarget("#main", "default")).toBeNull());

  it("compares nothing when the runs cannot be read", () => {
    expect(legacyTarget("#/compare-runs?runs=[broken", "default")).toBe("/w/default/compare");
  });
});
