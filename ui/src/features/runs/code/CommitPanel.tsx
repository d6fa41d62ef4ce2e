import type { RunDetail } from "@/api/types";
import { CopyButton } from "@/lib/CopyButton";
import { codeOrigin, repositoryUrl } from "@/lib/codeOrigin";
import { Panel } from "@/lib/Panel";
import facts from "../overview/Overview.module.css";
import classes from "./CodeTab.module.css";

/** Which code ran. */
export function CommitPanel({ run }: { run: RunDetail }) {
  const code = codeOrigin(run.tags);
  const page = code.repository === null ? null : repositoryUrl(code.repository);
  if (code.entry === null && code.commit === null) {
    return (
      <Panel title="Code">
        <span className={classes.dim}>
          The client recorded no source. It does so when a script runs inside a Git checkout.
        </span>
      </Panel>
    );
  }
  return (
    <Panel title="Code">
      <dl className={facts.facts}>
        <dt>Entry</dt>
        <dd>
          <code title={code.entry ?? undefined}>{code.entry ?? "–"}</code>
          {code.kind !== null && <span className={classes.dim}>{code.kind.toLowerCase()}</span>}
        </dd>
        <dt>Commit</dt>
        <dd>
          {code.commit === null ? (
            <span className={classes.dim}>not recorded</span>
          ) : (
            <>
              <code>{code.commit}</code>
              <CopyButton text={code.commit} what="Commit" />
            </>
          )}
        </dd>
        {code.branch !== null && (
          <>
            <dt>Branch</dt>
            <dd>
              <code>{code.branch}</code>
            </dd>
          </>
        )}
        {code.repository !== null && (
          <>
            <dt>Repository</dt>
            <dd>
              {page === null ? (
                <code>{code.repository}</code>
              ) : (
                <a href={page} target="_blank" rel="noreferrer">
                  {page.replace(/^https?:\/\//, "")}
                </a>
              )}
            </dd>
          </>
        )}
        {code.commitUrl !== null && (
          <>
            <dt>Changes</dt>
            <dd>
              <a href={code.commitUrl} target="_blank" rel="noreferrer">
                Open the commit
              </a>
            </dd>
          </>
        )}
        {code.commit !== null && (
          <>
            <dt>Check out</dt>
            <dd>
              <code>git checkout {code.commit.slice(0, 12)}</code>
              <CopyButton text={`git checkout ${code.commit}`} what="Command" />
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}
