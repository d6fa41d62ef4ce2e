import { useQuery } from "@tanstack/react-query";
import { ChevronLeft } from "lucide-react";
import { useCallback } from "react";
import { CodeBlock } from "@/lib/CodeBlock";
import { ErrorMessage, Message } from "@/lib/Message";
import { useQueryState } from "@/lib/queryState";
import { useWorkspace } from "@/lib/workspace";
import classes from "./ArtifactBrowser.module.css";
import { Preview } from "./preview/Preview";
import { folderQuery } from "./source";
import { ArtifactTree } from "./tree/ArtifactTree";

export interface ArtifactModel {
  readonly model_id: string;
  readonly name: string;
}

interface ArtifactBrowserProps {
  runId: string;
  rootUri: string;
  /** The models that the run logged; their files are shown among those of the run. */
  models: readonly ArtifactModel[];
}

/** A run's files: a tree that loads as it opens, and a preview of the file chosen. The choice is in the URL. */
export default function ArtifactBrowser({ runId, rootUri, models }: ArtifactBrowserProps) {
  const workspace = useWorkspace();
  const [query, patchQuery] = useQueryState();
  const path = query.path ?? "";
  const choose = useCallback(
    (next: string) => patchQuery({ path: next, beside: undefined }, { push: true }),
    [patchQuery],
  );
  const root = useQuery(folderQuery(workspace, runId, ""));

  if (root.error !== null && root.data === undefined) {
    return (
      <ErrorMessage
        title="The artifacts could not be listed"
        error={root.error}
        onRetry={() => void root.refetch()}
      />
    );
  }
  if (root.data?.files.length === 0 && models.length === 0) return <NoArtifacts rootUri={rootUri} />;
  return (
    <div className={classes.browser} data-chosen={path !== ""}>
      <ArtifactTree runId={runId} models={models} chosen={path} onChoose={choose} />
      <div className={classes.preview}>
        <button type="button" className={classes.back} onClick={() => choose("")}>
          <ChevronLeft size={15} aria-hidden /> All files
        </button>
        {path === "" ? (
          <Message title="Choose a file">
            Pictures, tables, text, models: what can be shown is shown here.
          </Message>
        ) : (
          <Preview key={path} runId={runId} path={path} onChoose={choose} />
        )}
      </div>
    </div>
  );
}

function NoArtifacts({ rootUri }: { rootUri: string }) {
  return (
    <Message title="No artifacts">
      <p>This run has kept no files. From inside a run:</p>
      <CodeBlock code={'mlflow.log_artifact("report.html")'} label="Python" />
      <p className={classes.place}>
        They go to <code>{rootUri}</code>
      </p>
    </Message>
  );
}
