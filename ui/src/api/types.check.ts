// Compiles only while the wire shapes written here have the fields that the server's own document names.
// The document says "string" where we know which; so fields are compared by name.
import type { components } from "./generated";
import type * as ours from "./types";

type Wire = components["schemas"];

type SameFields<Ours, Theirs> = [
  Exclude<keyof Ours, keyof Theirs>,
  Exclude<keyof Theirs, keyof Ours>,
] extends [never, never]
  ? true
  : { onlyHere: Exclude<keyof Ours, keyof Theirs>; onlyThere: Exclude<keyof Theirs, keyof Ours> };

type All<Checks extends readonly true[]> = Checks;

export type Agreement = All<
  [
    SameFields<ours.Session, Wire["Session"]>,
    SameFields<ours.Home, Wire["Home"]>,
    SameFields<ours.RunCounts, Wire["RunTotals"]>,
    SameFields<ours.Machine, Wire["Machine"]>,
    SameFields<ours.ExperimentPage, Wire["ExperimentList"]>,
    SameFields<ours.ExperimentRow, Wire["ExperimentRow"]>,
    SameFields<ours.BestRun, Wire["BestRunCell"]>,
    SameFields<ours.ExperimentFields, Wire["FieldList"]>,
    SameFields<ours.FieldCount, Wire["FieldCount"]>,
    SameFields<ours.FieldTotals, Wire["FieldTotals"]>,
    SameFields<ours.RunColumns, Wire["RunColumns"]>,
    SameFields<ours.RunSearchPage, Wire["RunTable"]>,
    SameFields<ours.OrderBy, Wire["Order"]>,
    SameFields<ours.RunRow, Wire["RunRow"]>,
    SameFields<ours.MetricSummary, Wire["MetricCell"]>,
    SameFields<ours.DatasetRef, Wire["DatasetCell"]>,
    SameFields<ours.RunDetail, Wire["RunDetail"]>,
    SameFields<ours.DatasetDetail, Wire["DatasetDetail"]>,
    SameFields<ours.BinsRequest, Wire["BinMetrics"]>,
    SameFields<ours.BinsResponse, Wire["MetricBins"]>,
    SameFields<ours.BinnedSeries, Wire["SeriesBins"]>,
  ]
>;
