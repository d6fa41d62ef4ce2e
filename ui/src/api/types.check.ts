// Compiles only while the wire shapes written here have the fields that the server's own document names.
// The document says "string" where we know which; so fields are compared by name.
import type { components, paths } from "./generated";
import type { LineageGraph, LineageNode } from "./registry/lineage";
import type * as registry from "./registry/types";
import type * as ours from "./types";

type Wire = components["schemas"];
type ListQuery = NonNullable<paths["/api/v1/models"]["get"]["parameters"]["query"]>;

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
    SameFields<registry.ModelListing & { offset: number; limit: number }, ListQuery>,
    SameFields<registry.ModelRow, Wire["ModelRow"]>,
    SameFields<registry.ModelPage & { offset: number }, Wire["ModelPage"]>,
    SameFields<registry.ModelDetail, Wire["ModelDetail"]>,
    SameFields<registry.ModelHistory, Wire["ModelHistory"]>,
    SameFields<registry.Rule, Wire["Rule"]>,
    SameFields<registry.KeptRule, Wire["KeptRule"]>,
    SameFields<registry.VersionRow, Wire["VersionRow"]>,
    SameFields<registry.VersionPage & { offset: number }, Wire["VersionPage"]>,
    SameFields<registry.VersionDetail, Wire["VersionDetail"]>,
    SameFields<registry.RunBrief, Wire["RunBrief"]>,
    SameFields<registry.LoggedModelBrief, Wire["LoggedModelBrief"]>,
    SameFields<registry.ModelMeasure, Wire["ModelMeasure"]>,
    SameFields<registry.HistoryLine, Wire["HistoryLine"]>,
    SameFields<registry.Verdict, Wire["Verdict"]>,
    SameFields<registry.Report, Wire["Report"]>,
    SameFields<registry.Column, Wire["Column"]>,
    SameFields<registry.Signature, Wire["Signature"]>,
    SameFields<registry.ModelFile, Wire["ModelFile"]>,
    SameFields<registry.ModelFacts, Wire["ModelFacts"]>,
    SameFields<LineageNode, Wire["LineageNode"]>,
    SameFields<LineageGraph, Wire["LineageGraph"]>,
    SameFields<registry.Difference, Wire["Difference"]>,
    SameFields<registry.FileDifference, Wire["FileDifference"]>,
    SameFields<registry.Comparison, Wire["Comparison"]>,
  ]
>;
