import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { NAMES_ONLY, searchRuns } from "@/api/runs";
import { formatCount, plural } from "@/lib/numbers";
import { useGo } from "@/lib/PageLink";
import { comparePage, runPage } from "@/lib/paths";
import { useShortcuts } from "@/lib/shortcuts";
import { toastDone, toastError } from "@/lib/toast";
import { useFields } from "@/lib/useFields";
import { useSelection } from "@/lib/useSelection";
import { useWorkspace } from "@/lib/workspace";
import { RunDialogs } from "./actions/RunDialogs";
import { SelectionBar } from "./actions/SelectionBar";
import { useRunActions } from "./actions/useRunActions";
import { setDrawn } from "./charts/drawn";
import type { Drawn } from "./charts/useDrawnRuns";
import classes from "./ExperimentPage.module.css";
import { FilterBox } from "./filter/FilterBox";
import { ColumnPicker } from "./table/ColumnPicker";
import { RunTable } from "./table/RunTable";
import { forPhone } from "./view/defaultColumns";
import type { ExperimentView } from "./view/useExperimentView";
import type { Layout } from "./view/viewState";

const NoRuns = lazy(async () => ({ default: (await import("./NoRuns")).NoRuns }));

interface RunsPaneProps {
  experimentId: string;
  /** Runs of the experiment, deleted ones aside; null while unknown. */
  all: number | null;
  view: ExperimentView;
  drawn: Drawn;
  layout: Layout;
  narrow: boolean;
}

/** The server answers no more rows at once, and nobody acts on more runs with one click. */
const SELECT_MAX = 1000;

/** Keys that the table itself acts on. */
const TABLE_KEYS = [
  { keys: "ArrowUp ArrowDown", label: "Go from run to run" },
  { keys: "Space", label: "Select the run, or let it go" },
  { keys: "Shift ArrowDown", label: "Select runs on the way" },
  { keys: "Enter", label: "Open the run" },
  { keys: "v", label: "Draw the run, or take it out of the charts" },
  { keys: "ArrowRight ArrowLeft", label: "Unfold and fold children" },
];

/** The table of runs with its tools: filter, columns, and what to do with the selected ones. */
export function RunsPane({ experimentId, all, view, drawn, layout, narrow }: RunsPaneProps) {
  const workspace = useWorkspace();
  const go = useGo();
  const { state, change, first } = view;
  const columns = narrow && state.columns === null ? forPhone(view.columns) : view.columns;
  const selection = useSelection();
  const actions = useRunActions();
  const filterInput = useRef<HTMLInputElement>(null);
  const [dialog, setDialog] = useState<"rename" | "tags" | null>(null);
  const [word, setWord] = useState("");
  const matching = useFields(experimentId, state.view, view.fields, word);
  // Beside the charts small curves say nothing new, and on a phone numbers need the room.
  const curves = state.curves ?? (layout === "table" && !narrow);
  const selected = [...selection.ids];
  const total = first.data?.total ?? null;
  const { clear } = selection;
  // What can be done to the selected runs is done to runs that one sees.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of these that clears.
  useEffect(clear, [state.filter, state.view, clear]);

  const compare = () => go(comparePage(workspace, selected));
  const remove = () => void actions.remove(selected).then(selection.clear);
  const restore = () => void actions.restore(selected).then(selection.clear);
  const draw = (runIds: readonly string[], shown: boolean) =>
    change(setDrawn(state, runIds, shown, drawn.topIds));
  const drawOnly = () => change({ top: 0, hidden: [], shown: selected });
  const selectAll = async (wanted: boolean) => {
    if (!wanted) return selection.clear();
    try {
      const names = { ...view.rowSearch, columns: NAMES_ONLY };
      const page = await searchRuns(workspace, names, 0, SELECT_MAX);
      selection.replace(page.runs.map((run) => run.run_id));
      if (page.total > SELECT_MAX)
        toastDone(`The first ${formatCount(SELECT_MAX)} of ${plural(page.total, "run")} selected`);
    } catch (error) {
      toastError("Runs not selected", error);
    }
  };
  const whenSelected =
    selected.length === 0
      ? []
      : [
          { keys: "c", label: "Compare the selected runs", run: compare },
          { keys: "d", label: "Draw only the selected runs", run: drawOnly },
          { keys: "t", label: "Tag the selected runs", run: () => setDialog("tags") },
          { keys: "Delete", label: "Delete the selected runs", run: remove },
        ];
  useShortcuts("In the table", TABLE_KEYS);
  useShortcuts("Runs", [
    { keys: "f", label: "Filter", run: () => filterInput.current?.focus() },
    { keys: "mod+a", label: "Select all runs", run: () => void selectAll(true) },
    ...whenSelected,
  ]);

  return (
    <section className={classes.runs} aria-labelledby="runs">
      <h2 id="runs" className="tm-visually-hidden">
        Runs
      </h2>
      <div className={classes.tools}>
        <FilterBox
          filter={state.filter}
          fields={matching}
          onWord={setWord}
          error={first.error}
          inputRef={filterInput}
          onFilter={(filter) => change({ filter }, { push: true })}
        />
        <ColumnPicker
          experimentId={experimentId}
          view={state.view}
          columns={columns}
          fields={view.fields}
          automatic={state.columns === null}
          curves={curves}
          onColumns={(next) => change(next === null ? { columns: next, widths: {} } : { columns: next })}
          onCurves={(shown) => change({ curves: shown })}
        />
      </div>
      {selected.length > 0 && (
        <SelectionBar
          count={selected.length}
          deletedView={state.view === "deleted"}
          onCompare={compare}
          onDrawOnly={drawOnly}
          onRename={() => setDialog("rename")}
          onTags={() => setDialog("tags")}
          onRemove={remove}
          onRestore={restore}
          onClear={selection.clear}
        />
      )}
      {total === 0 ? (
        <div className={classes.none}>
          <Suspense>
            <NoRuns view={view} experimentId={experimentId} />
          </Suspense>
        </div>
      ) : (
        <RunTable
          label="Runs"
          search={view.rowSearch}
          ready={view.ready}
          columns={columns}
          widths={state.widths}
          curves={curves}
          sort={state.sort}
          nested={view.nested}
          expanded={state.expanded}
          selection={selection}
          lines={drawn.lines}
          top={state.top}
          onSort={(sort) => change({ sort })}
          onColumns={(next) => change({ columns: next })}
          onWidths={(widths) => change({ widths })}
          onExpanded={(expanded) => change({ expanded })}
          onDraw={draw}
          onTop={(top) =>
            change({ top, hidden: [], shown: top === 0 ? drawn.runs.map((run) => run.runId) : [] })
          }
          onSelectAll={(wanted) => void selectAll(wanted)}
          onOpen={(run) => go(runPage(workspace, run.experiment_id, run.run_id))}
        />
      )}
      <Foot view={view} total={total} all={all} drawn={drawn.runs.length} />
      <RunDialogs dialog={dialog} runIds={selected} actions={actions} onClose={() => setDialog(null)} />
    </section>
  );
}

interface FootProps {
  view: ExperimentView;
  total: number | null;
  /** Runs of the experiment, deleted ones aside; null while unknown. */
  all: number | null;
  drawn: number;
}

/** How many runs there are, and of how many. */
function Foot({ view, total, all, drawn }: FootProps) {
  const ofAll = view.state.view === "active" && all !== null && total !== null && total < all;
  return (
    <div className={classes.foot} aria-live="polite">
      {total !== null && (
        <span className="tm-number">
          <strong>{formatCount(total)}</strong> {ofAll ? `of ${plural(all, "run")}` : noun(total, "run")}
          {view.state.filter !== "" && " match the filter"}
          {view.nested && view.state.filter === "" && " at the top level"}
          {view.state.view === "deleted" && " (deleted)"}
        </span>
      )}
      <span className="tm-number">{formatCount(drawn)} drawn</span>
    </div>
  );
}

function noun(count: number, word: string): string {
  return count === 1 ? word : `${word}s`;
}
