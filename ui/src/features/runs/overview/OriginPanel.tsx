import type { ReactNode } from "react";
import type { RunDetail } from "@/api/types";
import { CopyButton } from "@/lib/CopyButton";
import { codeOrigin } from "@/lib/codeOrigin";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { runPage } from "@/lib/paths";
import { formatDateTime } from "@/lib/times";
import { useWorkspace } from "@/lib/workspace";
import classes from "./Overview.module.css";

/** Where the run came from: code, data, models, place of its files; each leads to the details. */
export function OriginPanel({ run }: { run: RunDetail }) {
  const workspace = useWorkspace();
  const code = codeOrigin(run.tags);
  const codePage = runPage(workspace, run.experiment_id, run.run_id, "code");
  return (
    <Panel title="Origin">
      <dl className={classes.facts}>
        <Row label="Started">
          <span className="tm-number">{formatDateTime(run.start_ms)}</span>
        </Row>
        {run.end_ms !== null && (
          <Row label="Ended">
            <span className="tm-number">{formatDateTime(run.end_ms)}</span>
          </Row>
        )}
        {code.entry !== null && (
          <Row label="Source">
            <code title={code.entry}>{code.entry}</code>
          </Row>
        )}
        <Row label="Commit">
          {code.commit === null ? (
            <span className={classes.dim}>not recorded</span>
          ) : (
            <>
              {code.commitUrl === null ? (
                <code title={code.commit}>{code.commit.slice(0, 10)}</code>
              ) : (
                <a href={code.commitUrl} target="_blank" rel="noreferrer">
                  <code>{code.commit.slice(0, 10)}</code>
                </a>
              )}
              <CopyButton text={code.commit} what="Commit" />
              {code.branch !== null && <span className={classes.dim}>on {code.branch}</span>}
            </>
          )}
        </Row>
        {run.datasets.length > 0 && (
          <Row label="Data">
            <PageLink page={codePage}>{namesOf(run.datasets)}</PageLink>
          </Row>
        )}
        {run.models.length > 0 && (
          <Row label="Models">
            <PageLink page={codePage}>{namesOf(run.models)}</PageLink>
          </Row>
        )}
        <Row label="Artifacts">
          <code title={run.artifact_uri}>{run.artifact_uri}</code>
          <CopyButton text={run.artifact_uri} what="Artifact address" />
        </Row>
      </dl>
    </Panel>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

function namesOf(things: readonly { name: string }[]): string {
  const names = [...new Set(things.map((thing) => thing.name))];
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}
