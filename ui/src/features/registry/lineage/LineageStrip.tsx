import {
  Boxes,
  Database,
  FlaskConical,
  GitCommitHorizontal,
  Package,
  Rocket,
  Scale,
  Workflow,
} from "lucide-react";
import type { LineageGraph, LineageNode } from "@/api/registry/lineage";
import type { RunBrief } from "@/api/registry/types";
import { plural } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { pageBelow, runPage, type Target } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import { type Station, stationsOf } from "../logic/strip";
import classes from "./LineageStrip.module.css";

const ICONS: Record<string, typeof Package> = {
  dataset: Database,
  commit: GitCommitHorizontal,
  pipeline_task: Workflow,
  run: FlaskConical,
  logged_model: Boxes,
  copied: Package,
  version: Package,
  evaluation: Scale,
  copies: Package,
  endpoint: Rocket,
};

/** Things of one kind that are named at once. */
const NAMED = 2;

interface LineageStripProps {
  graph: LineageGraph;
  /** The run that the version was made of: it tells of its commit and its data. */
  run: RunBrief | null;
}

/** Where a version came from and where it went; every stop is a link. */
export function LineageStrip({ graph, run }: LineageStripProps) {
  const stations = stationsOf(graph);
  return (
    <section className={classes.strip} aria-label="Lineage">
      <ol>
        {stations.map((station) => (
          <li key={station.id} data-station={station.id} data-none={station.nodes.length === 0 || undefined}>
            <StationView station={station} run={run} />
          </li>
        ))}
      </ol>
      {!graph.is_whole && <p className={classes.more}>There is more than is shown here.</p>}
    </section>
  );
}

function StationView({
  station: { id, label, nodes, none },
  run,
}: {
  station: Station;
  run: RunBrief | null;
}) {
  const Icon = ICONS[id] ?? Package;
  const rest = nodes.slice(NAMED);
  return (
    <>
      <span className={classes.label}>
        <Icon size={13} aria-hidden /> {label}
      </span>
      {nodes.length === 0 && <span className={classes.none}>{none}</span>}
      {nodes.slice(0, NAMED).map((node) => (
        <Stop key={node.key} node={node} run={run} isHere={id === "version"} />
      ))}
      {rest.length > 0 && (
        <details className={classes.rest}>
          <summary>{plural(rest.length, "more", "more")}</summary>
          {rest.map((node) => (
            <Stop key={node.key} node={node} run={run} isHere={false} />
          ))}
        </details>
      )}
    </>
  );
}

function Stop({ node, run, isHere }: { node: LineageNode; run: RunBrief | null; isHere: boolean }) {
  const workspace = useWorkspace();
  const text = node.kind === "model_version" && node.exists ? `${node.title} v${node.detail}` : node.title;
  const hint = [node.title, node.detail].filter((each) => each !== "").join(" · ");
  if (!node.exists && node.kind !== "commit")
    return (
      <span className={`${classes.stop} ${classes.gone}`} title={`${hint}: it was deleted`}>
        <s>{text}</s> gone
      </span>
    );
  const page = pageOf(workspace, node, run);
  if (isHere || page === null)
    return (
      <span className={isHere ? `${classes.stop} ${classes.here}` : classes.stop} title={hint}>
        {text}
      </span>
    );
  return (
    <PageLink page={page} className={classes.stop} title={hint}>
      {text}
    </PageLink>
  );
}

/** A commit and a data set are shown best where the run tells of them. */
function pageOf(workspace: string, node: LineageNode, run: RunBrief | null): Target | null {
  if ((node.kind === "commit" || node.kind === "dataset") && run !== null)
    return runPage(workspace, run.experiment_id, run.id, "code");
  return node.page === "" ? null : pageBelow(workspace, node.page);
}
