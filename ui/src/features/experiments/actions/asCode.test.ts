import { describe, expect, it } from "vitest";
import type { RunSearch } from "@/api/types";
import { asCurl, asPython } from "./asCode";

const SEARCH: RunSearch = {
  experiment_ids: ["1"],
  filter: "params.name = 'it' AND tags.x = \"y\"",
  view: "active",
  order_by: [{ field: "metrics.`val/acc`", aggregate: "max", descending: true }],
};

describe("a search as code", () => {
  it("is a call of mlflow.search_runs, with what that cannot say named", () => {
    const code = asPython(SEARCH, "http://127.0.0.1:5000");
    expect(code).toContain('mlflow.set_tracking_uri("http://127.0.0.1:5000")');
    expect(code).toContain('filter_string="params.name = \'it\' AND tags.x = \\"y\\"",');
    expect(code).toContain('order_by=["metrics.`val/acc` DESC"],');
    expect(code).toContain("# MLflow orders by the last value");
  });

  it("is a curl command whose quotes survive a shell", () => {
    const command = asCurl(SEARCH, "http://h", "it's");
    expect(command).toContain("-H 'X-Workspace: it'\\''s'");
    const body = /-d '(.*)'\n$/.exec(command)?.[1]?.replaceAll("'\\''", "'") ?? "";
    expect(JSON.parse(body)).toEqual({ ...SEARCH, offset: 0, limit: 100 });
  });
});
