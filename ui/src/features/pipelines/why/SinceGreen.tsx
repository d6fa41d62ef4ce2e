import { useQuery } from "@tanstack/react-query";
import { changesQuery } from "@/api/pipelines/runs";
import type { PipelineRun } from "@/api/pipelines/types";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { pipelineComparePage, pipelineRunPage } from "@/lib/paths";
import { TimeAgo } from "@/lib/TimeAgo";
import { useWorkspace } from "@/lib/workspace";
import { CauseList } from "../compare/CauseList";
import { causesIn } from "../compare/changes";
import classes from "./SinceGreen.module.css";

/** What changed since the last run of the same pipeline that succeeded: the likely causes first. */
export function SinceGreen({ run }: { run: PipelineRun }) {
  const workspace = useWorkspace();
  const { data: changes } = useQuery(changesQuery(workspace, run.id, "", run.state));
  if (changes === undefined) return null;
  if (changes === null)
    return (
      <Panel title="Changed since the last green run">
        <p className={classes.calm}>No earlier run of this pipeline has succeeded.</p>
      </Panel>
    );
  return (
    <Panel
      title="Changed since the last green run"
      tools={<PageLink page={pipelineComparePage(workspace, changes.before.id, run.id)}>Compare</PageLink>}
    >
      <p className={classes.calm}>
        Against{" "}
        <PageLink page={pipelineRunPage(workspace, changes.before.id)}>{changes.before.name}</PageLink>,{" "}
        <TimeAgo ms={changes.before.created_ms} />
      </p>
      {causesIn(changes) === 0 ? (
        <p className={classes.calm}>
          Nothing: the same code, packages, parameters and inputs. What fails now may fail by chance, or by
          something outside.
        </p>
      ) : (
        <CauseList changes={changes} />
      )}
    </Panel>
  );
}
