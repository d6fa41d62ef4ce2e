import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useRef } from "react";
import { fieldsQuery, NO_FIELDS } from "@/api/experiments";
import { runSearchQuery } from "@/api/runs";
import type { ExperimentFields, RunSearch, RunSearchPage } from "@/api/types";
import { type SetQueryOptions, useQueryState } from "@/lib/queryState";
import { useWorkspace } from "@/lib/workspace";
import { WINDOW } from "../table/useRunTree";
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
  /** It is known what to ask for. */
  ready: boolean;
  /** The first rows. */
  first: { data: RunSearchPage | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
}

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
  const hasChildren = fields.nested;
  // Whoever looks for the best run looks among children too.
  const nested = hasChildren && (state.nested ?? (state.filter === "" && isDefaultSort(state.sort)));

  const columns = useColumns(experimentId, state.columns, fields);
  const search = useMemo(() => searchOf(state, experimentId, columns), [state, experimentId, columns]);
  const rowSearch = useMemo(() => (nested ? { ...search, roots: true } : search), [nested, search]);
  // Without fields the table has what every run has.
  const ready = !fieldsAnswer.isPending;
  const first = useQuery({ ...runSearchQuery(workspace, rowSearch, 0, WINDOW), enabled: ready });
  return { state, change, fields, columns, nested, hasChildren, search, rowSearch, ready, first };
}

/** The columns chosen, or else the page's own choice. */
function useColumns(
  experimentId: string,
  chosen: readonly Column[] | null,
  fields: ExperimentFields,
): readonly Column[] {
  const before = useRef<{ experimentId: string; columns: readonly Column[] } | null>(null);
  const automatic = useMemo(() => {
    const known = before.current?.experimentId === experimentId ? before.current.columns : [];
    const columns = defaultColumns(fields, known);
    before.current = { experimentId, columns };
    return columns;
  }, [experimentId, fields]);
  return chosen ?? automatic;
}
