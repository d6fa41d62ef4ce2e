import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useRef } from "react";
import { fieldsQuery } from "@/api/experiments";
import { runSearchQuery } from "@/api/runs";
import type { ExperimentFields, RunSearch, RunSearchPage } from "@/api/types";
import { type SetQueryOptions, useQueryState } from "@/lib/queryState";
import { useWorkspace } from "@/lib/workspace";
import { PARENT_TAG, TOP_LEVEL_FILTER } from "../table/useChildren";
import { WINDOW } from "../table/useRunWindows";
import type { Column } from "./columns";
import { defaultColumns } from "./defaultColumns";
import { isDefaultSort, readView, searchOf, type ViewState, writeView } from "./viewState";

export interface ExperimentView {
  state: ViewState;
  change: (change: Partial<ViewState>, options?: SetQueryOptions) => void;
  fields: ExperimentFields;
  columns: readonly Column[];
  /** Children stand under their parents. */
  nested: boolean;
  /** Some run has a parent. */
  hasChildren: boolean;
  /** The search as the person wrote it. */
  search: RunSearch;
  /** The search of the table's rows: without children, where they stand under their parents. */
  rowSearch: RunSearch;
  /** The first rows. */
  first: { data: RunSearchPage | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
}

const NO_FIELDS: ExperimentFields = { metrics: [], params: [], tags: [] };
const NO_COLUMNS: readonly Column[] = [];

/** Everything that follows from the URL of an experiment's page. */
export function useExperimentView(experimentId: string): ExperimentView {
  const workspace = useWorkspace();
  const [query, patch] = useQueryState();
  const state = useMemo(() => readView(query), [query]);
  const change = useCallback(
    (part: Partial<ViewState>, options?: SetQueryOptions) => patch(writeView(part), options),
    [patch],
  );
  const fieldsAnswer = useQuery(fieldsQuery(workspace, experimentId, state.view));
  const fields = fieldsAnswer.data ?? NO_FIELDS;
  const hasChildren = fields.tags.some((tag) => tag.key === PARENT_TAG);
  // Whoever looks for the best run looks among children too.
  const nested = hasChildren && (state.nested ?? (state.filter === "" && isDefaultSort(state.sort)));

  const search = useMemo(() => searchOf(state, experimentId), [state, experimentId]);
  const rowSearch = useMemo(
    () => (nested ? searchOf(state, experimentId, TOP_LEVEL_FILTER) : search),
    [nested, state, experimentId, search],
  );
  const first = useQuery(runSearchQuery(workspace, rowSearch, 0, WINDOW));
  const columns = useColumns(experimentId, state.columns, fieldsAnswer.data, first.data);
  return { state, change, fields, columns, nested, hasChildren, search, rowSearch, first };
}

/** The columns chosen, or those the page chose when it first saw runs: they stay while runs come and go. */
function useColumns(
  experimentId: string,
  chosen: readonly Column[] | null,
  fields: ExperimentFields | undefined,
  first: RunSearchPage | undefined,
): readonly Column[] {
  const automatic = useRef<{ experimentId: string; columns: readonly Column[] } | null>(null);
  if (automatic.current?.experimentId !== experimentId) automatic.current = null;
  if (automatic.current === null && fields !== undefined && first !== undefined && first.runs.length > 0) {
    automatic.current = { experimentId, columns: defaultColumns(fields, first.runs) };
  }
  return chosen ?? automatic.current?.columns ?? NO_COLUMNS;
}
