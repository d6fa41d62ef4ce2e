import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Columns2, X } from "lucide-react";
import { useMemo } from "react";
import { versionListQuery } from "@/api/registry";
import type { ModelRow, VersionPage, VersionRow } from "@/api/registry/types";
import { layout as sizes } from "@/design/tokens";
import { CodeBlock } from "@/lib/CodeBlock";
import { ErrorMessage } from "@/lib/Message";
import { formatCount, plural, toNumber } from "@/lib/numbers";
import { useGo } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { versionComparePage } from "@/lib/paths";
import { SelectionBar } from "@/lib/SelectionBar";
import { useShortcuts } from "@/lib/shortcuts";
import { useSelection } from "@/lib/useSelection";
import { useWindows } from "@/lib/useWindows";
import { type TableColumn, VirtualTable } from "@/lib/VirtualTable";
import { useWorkspace } from "@/lib/workspace";
import { registerPython } from "../logic/snippets";
import { bestOf, tellingMetrics } from "../logic/telling";
import classes from "../version/Version.module.css";
import { useVersionRuns } from "./useVersionRuns";
import { VersionCell } from "./VersionCell";

const ROW_PX = 46;
const METRICS = 3;
const LISTED_AT_ONCE = 100;

/** The versions of a model, the latest first; two of them are compared. */
export function VersionsPanel({ model }: { model: ModelRow }) {
  const workspace = useWorkspace();
  const go = useGo();
  const narrow = useMediaQuery(`(max-width: ${sizes.narrow}px)`) ?? false;
  const versions = useWindows(
    (offset, limit) => versionListQuery(workspace, model.name, offset, limit),
    rowsOf,
  );
  const selection = useSelection();
  const total = versions.first?.total ?? 0;
  const first = versions.first?.versions ?? NONE;
  const runs = useVersionRuns(first);
  const metrics = useMemo(() => tellingMetrics([...runs.values()], narrow ? 1 : METRICS), [runs, narrow]);
  const best = useMemo(
    () =>
      new Map(
        metrics.map((key) => [
          key,
          bestOf(
            key,
            [...runs.values()].map((run) => toNumber(run.metrics[key]?.last)),
          ),
        ]),
      ),
    [metrics, runs],
  );
  const columns = columnsFor(narrow, metrics);
  const chosen = [...selection.ids].map(Number).sort((a, b) => a - b);
  const [left, right] = chosen;
  const two = chosen.length === 2;
  const compare = () => {
    if (left !== undefined && right !== undefined) go(versionComparePage(workspace, model.name, left, right));
  };
  useShortcuts("Model", two ? [{ keys: "c", label: "Compare the two versions", run: compare }] : []);
  if (versions.error !== null)
    return (
      <ErrorMessage title="Its versions cannot be shown" error={versions.error} onRetry={versions.retry} />
    );
  return (
    <Panel title="Versions" count={formatCount(model.version_count)} flush>
      {versions.first !== undefined && total === 0 ? (
        <div className={classes.teach}>
          <p className={classes.none}>
            No version yet. A run gives one when it logs a model, or from its page with <b>Register model</b>.
          </p>
          <CodeBlock code={registerPython(window.location.origin, model.name)} label="Python code" />
        </div>
      ) : (
        <VirtualTable
          label="Versions"
          columns={columns}
          count={total}
          rowHeight={ROW_PX}
          maxHeight={total > LISTED_AT_ONCE ? "560px" : "480px"}
          rowKey={(index) => versions.row(index)?.version ?? index}
          cell={(index, at) => {
            const version = versions.row(index);
            const column = columns[at]?.id ?? "";
            if (version === undefined) return column === "version" ? "…" : null;
            return (
              <VersionCell
                column={column}
                version={version}
                run={runs.get(version.run_id)}
                best={best}
                selection={selection}
              />
            );
          }}
          onView={versions.onView}
        />
      )}
      {chosen.length > 0 && (
        <SelectionBar label="Selected versions" text={`${plural(chosen.length, "version")} selected`}>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            c="var(--tm-text)"
            leftSection={<Columns2 size={14} />}
            disabled={!two}
            title={two ? "What differs between the two" : "Select two versions"}
            onClick={compare}
          >
            Compare
          </Button>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            c="var(--tm-text)"
            leftSection={<X size={14} />}
            onClick={selection.clear}
          >
            Clear
          </Button>
        </SelectionBar>
      )}
    </Panel>
  );
}

const NONE: readonly VersionRow[] = [];

function rowsOf(page: VersionPage): readonly VersionRow[] {
  return page.versions;
}

function columnsFor(narrow: boolean, metrics: readonly string[]): TableColumn[] {
  const measured = metrics.map((key) => ({
    id: `metric ${key}`,
    header: key,
    title: key,
    width: 92,
    align: "right" as const,
  }));
  if (narrow) return [{ id: "version", header: "Version" }, ...measured];
  return [
    { id: "select", header: "", width: 34 },
    { id: "version", header: "Version" },
    { id: "stage", header: "Stage", width: 92 },
    { id: "run", header: "From run", width: 150 },
    ...measured,
    { id: "created", header: "Created", width: 104, align: "right" },
  ];
}
