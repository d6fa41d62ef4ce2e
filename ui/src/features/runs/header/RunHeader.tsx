import { CornerLeftUp } from "lucide-react";
import type { RunDetail } from "@/api/types";
import { CopyButton } from "@/lib/CopyButton";
import { Fact, Facts } from "@/lib/Facts";
import { plural } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { runPage } from "@/lib/paths";
import { RegisteredAs } from "@/lib/registry/RegisteredAs";
import { StatusIcon } from "@/lib/StatusIcon";
import { TimeAgo } from "@/lib/TimeAgo";
import { useWorkspace } from "@/lib/workspace";
import { useRunActions } from "../actions";
import { Duration } from "./Duration";
import { PipelineFact } from "./PipelineFact";
import classes from "./RunHeader.module.css";
import { RunMenu } from "./RunMenu";
import { RunName } from "./RunName";

/** Which run this is, how it stands, and what can be done with it. */
export function RunHeader({ run }: { run: RunDetail }) {
  const workspace = useWorkspace();
  const actions = useRunActions(run);
  const deleted = run.lifecycle_stage === "deleted";
  return (
    <header className={classes.header}>
      <div className={classes.first}>
        <RunName name={run.name} onRename={actions.rename} editable={!deleted} />
        <RunMenu run={run} actions={actions} />
      </div>
      <Facts>
        <Fact label="Status">
          <StatusIcon status={run.status} withLabel />
        </Fact>
        {deleted && (
          <Fact label="State">
            <span className={classes.deleted}>Deleted</span>
          </Fact>
        )}
        <Fact label="Duration">
          <Duration run={run} />
        </Fact>
        <Fact label="Started">
          <TimeAgo ms={run.start_ms} />
        </Fact>
        {run.user && <Fact label="User">{run.user}</Fact>}
        {run.parent && (
          <Fact label="Parent">
            <CornerLeftUp size={13} aria-hidden />
            <PageLink page={runPage(workspace, run.experiment_id, run.parent.run_id)}>
              {run.parent.name}
            </PageLink>
          </Fact>
        )}
        {run.children_total > 0 && (
          <Fact label="Children">
            <a href="#children">{plural(run.children_total, "run")}</a>
          </Fact>
        )}
        <PipelineFact tags={run.tags} />
        <RegisteredAs kind="run" id={run.run_id} />
        <Fact label="Run id">
          <code title={run.run_id}>{run.run_id.slice(0, 8)}</code>
          <CopyButton text={run.run_id} what="Run id" />
        </Fact>
      </Facts>
    </header>
  );
}
