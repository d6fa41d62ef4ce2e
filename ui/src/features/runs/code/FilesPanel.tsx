import { useQueries, useQuery } from "@tanstack/react-query";
import type { RunDetail } from "@/api/types";
import { loadText } from "@/features/artifacts/bytes";
import { modelFolderPath } from "@/features/artifacts/logic/modelPath";
import { fileUrl, folderQuery } from "@/features/artifacts/source";
import { CodeBlock } from "@/lib/CodeBlock";
import { formatBytes } from "@/lib/numbers";
import { PageLink } from "@/lib/PageLink";
import { Panel } from "@/lib/Panel";
import { runPage } from "@/lib/paths";
import { useWorkspace } from "@/lib/workspace";
import { isOriginFile } from "../logic/originFiles";
import classes from "./CodeTab.module.css";

/** Files are cut here; the whole one is among the artifacts. */
const SHOWN_BYTES = 20_000;

/** Files among the artifacts that say how to do the run again: a diff, requirements, environments. */
export function FilesPanel({ run }: { run: RunDetail }) {
  const workspace = useWorkspace();
  const folders = ["", ...run.models.slice(0, 1).map((model) => modelFolderPath(model.model_id))];
  const own = useQuery(folderQuery(workspace, run.run_id, ""));
  // Older clients put the model among the run's own files.
  const inside = own.data?.files.find((file) => file.is_dir && /model/i.test(file.path))?.path;
  if (inside !== undefined) folders.push(inside);
  const listings = useQueries({
    queries: folders.map((folder) => folderQuery(workspace, run.run_id, folder)),
  });
  const files = listings
    .flatMap((listing) => listing.data?.files ?? [])
    .filter((file) => !file.is_dir && isOriginFile(file.path));
  if (own.isPending) return null;
  return (
    <Panel title="Environment and changes" count={files.length}>
      {files.length === 0 && (
        <span className={classes.dim}>
          No <code>requirements.txt</code>, <code>conda.yaml</code>, <code>python_env.yaml</code> or{" "}
          <code>.diff</code> among the artifacts.
        </span>
      )}
      {files.map((file, index) => (
        <OriginFile key={file.path} run={run} path={file.path} open={index === 0} />
      ))}
    </Panel>
  );
}

function OriginFile({ run, path, open }: { run: RunDetail; path: string; open: boolean }) {
  const workspace = useWorkspace();
  const { data, error } = useQuery({
    queryKey: ["w", workspace, "artifacts", run.run_id, "text", path, SHOWN_BYTES],
    queryFn: ({ signal }) => loadText(fileUrl(workspace, run.run_id, path), 0, SHOWN_BYTES, signal),
  });
  const page = runPage(workspace, run.experiment_id, run.run_id, "artifacts");
  return (
    <details className={classes.file} open={open}>
      <summary>{path}</summary>
      {error && <span className={classes.dim}>{error.message}</span>}
      {data && <CodeBlock code={data.text} label={path} />}
      {data?.next && (
        <p className={classes.dim}>
          The first {formatBytes(SHOWN_BYTES)};{" "}
          <PageLink page={{ ...page, search: { ...page.search, path } }}>all of it</PageLink>
        </p>
      )}
    </details>
  );
}
