import { describe, expect, it } from "vitest";
import { parseQuery, patched, type QueryState, stringifyQuery } from "@/lib/queryState";
import { DEFAULT_SORT, DEFAULT_TOP, readView, searchOf, type ViewState, writeView } from "./viewState";

const DEFAULTS: ViewState = {
  filter: "",
  view: "active",
  sort: DEFAULT_SORT,
  columns: null,
  layout: "split",
  top: DEFAULT_TOP,
  hidden: [],
  shown: [],
  nested: null,
  expanded: [],
  widths: {},
  curves: null,
};

function throughUrl(change: Partial<ViewState>): ViewState {
  const query: QueryState = patched({}, writeView(change));
  return readView(parseQuery(stringifyQuery(query).slice(1)));
}

describe("the view in the URL", () => {
  it("leaves no trace of defaults", () => {
    expect(readView({})).toEqual(DEFAULTS);
    expect(patched({}, writeView(DEFAULTS))).toEqual({});
  });

  it.each<Partial<ViewState>>([
    { filter: "metrics.loss < 0.1 AND params.`a,b` = '50%'" },
    { view: "deleted", layout: "charts", top: 0, nested: false },
    { nested: true, expanded: ["ab", "cd"], hidden: ["a"], shown: ["b"] },
    { sort: { column: { kind: "metrics", key: "recall@10", aggregate: "max" }, descending: true } },
    { sort: { column: { kind: "params", key: "-odd, name@last" }, descending: false } },
    { columns: [] },
    { widths: { "metrics.val/acc:5,@max": 120, "attributes.run_name": 300 }, curves: false },
    {
      columns: [
        { kind: "metrics", key: "val/acc@5,%2C", aggregate: "min" },
        { kind: "tags", key: "mlflow.user" },
        { kind: "attributes", key: "duration" },
      ],
    },
  ])("comes back as it was: %j", (change) => {
    expect(throughUrl(change)).toEqual({ ...DEFAULTS, ...change });
  });

  it("falls back to defaults on what it cannot read", () => {
    const query = {
      view: "x",
      sort: "-attributes.nothing",
      columns: "huh",
      layout: "",
      top: "-3",
      nest: "no",
      width: "metrics.a@min:x,params.b:3,:80",
    };
    expect(readView(query)).toEqual({ ...DEFAULTS, nested: false });
  });

  it("draws no more runs than the server can answer for", () => {
    expect(readView({ top: "100000" }).top).toBe(200);
  });

  it("does not sort by what the server cannot sort by", () => {
    expect(readView({ sort: "attributes.source" }).sort).toEqual(DEFAULT_SORT);
  });
});

describe("searchOf", () => {
  it("asks for what the columns show, and for nothing else", () => {
    const view = readView({ filter: " params.lr = '1' ", sort: "-metrics.acc@max" });
    expect(searchOf(view, "7", [{ kind: "params", key: "lr" }])).toEqual({
      experiment_ids: ["7"],
      filter: "params.lr = '1'",
      view: "active",
      order_by: [{ field: "metrics.acc", aggregate: "max", descending: true }],
      columns: { metrics: [], params: ["lr"], tags: [] },
    });
  });
});
