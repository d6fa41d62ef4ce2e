export interface FieldCount {
  key: string;
  runs: number;
  /** Runs have different texts under it; false for metrics. */
  varies: boolean;
}

export interface FieldTotals {
  metrics: number;
  params: number;
  tags: number;
}

/** The keys that most runs have first; a thousand of each kind at most. */
export interface ExperimentFields {
  metrics: FieldCount[];
  params: FieldCount[];
  tags: FieldCount[];
  /** How many keys there are in all. */
  totals: FieldTotals;
  /** Some run has a parent. */
  nested: boolean;
}

/** The keys that are wanted of each run. */
export interface RunColumns {
  metrics: string[];
  params: string[];
  tags: string[];
}
