import { useQuery } from "@tanstack/react-query";
import { lineageQuery, versionsOfRunsQuery } from "@/api/registry";
import type { LineageKind } from "@/api/registry/lineage";
import { NAMES_ONLY, runSearchQuery } from "@/api/runs";
import { Fact } from "../Facts";
import { PageLink } from "../PageLink";
import { pageBelow, type Target, versionPage } from "../paths";
import { useWorkspace } from "../workspace";
import { versionsIn } from "./versionsIn";

/** Versions that are named; of more, their number. */
const NAMED = 3;
/** Tracked runs of a pipeline run that are asked for. */
const RUNS_MAX = 100;

interface RegisteredAsProps {
  kind: LineageKind;
  id: string;
}

/** The versions of models that came of a thing; nothing where there are none. */
export function RegisteredAs({ kind, id }: RegisteredAsProps) {
  const workspace = useWorkspace();
  const { data } = useQuery(lineageQuery(workspace, kind, id, "down"));
  const versions = data === undefined ? [] : versionsIn(data);
  return (
    <Versions
      versions={versions.map(({ title, detail, page }) => ({
        text: `${title} v${detail}`,
        page: pageBelow(workspace, page),
      }))}
    />
  );
}

/** The versions that came of any task of a pipeline run. */
export function RegisteredByPipeline({ runId }: { runId: string }) {
  const workspace = useWorkspace();
  const search = {
    experiment_ids: [],
    filter: `tags.\`tidemill.pipelineRun\` = '${runId}'`,
    view: "active" as const,
    order_by: [],
    columns: NAMES_ONLY,
  };
  const runs = useQuery(runSearchQuery(workspace, search, 0, RUNS_MAX));
  const ids = (runs.data?.runs ?? []).map((run) => run.run_id).sort();
  const { data } = useQuery({ ...versionsOfRunsQuery(workspace, ids), enabled: ids.length > 0 });
  return (
    <Versions
      versions={(data ?? []).map(({ name, version }) => ({
        text: `${name} v${version}`,
        page: versionPage(workspace, name, version),
      }))}
    />
  );
}

function Versions({ versions }: { versions: readonly { text: string; page: Target }[] }) {
  if (versions.length === 0) return null;
  return (
    <Fact label="Registered as">
      {versions.slice(0, NAMED).map(({ text, page }, index) => (
        <span key={text}>
          {index > 0 && ", "}
          <PageLink page={page}>{text}</PageLink>
        </span>
      ))}
      {versions.length > NAMED && <span>and {versions.length - NAMED} more</span>}
    </Fact>
  );
}
