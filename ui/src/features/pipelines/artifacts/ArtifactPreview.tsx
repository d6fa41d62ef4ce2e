import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { taskArtifactPath } from "@/features/artifacts/logic/taskPath";
import { Preview } from "@/features/artifacts/preview/Preview";
import { folderQuery } from "@/features/artifacts/source";
import { ErrorMessage } from "@/lib/Message";
import { useWorkspace } from "@/lib/workspace";
import classes from "./ArtifactPreview.module.css";

interface ArtifactPreviewProps {
  runId: string;
  task: string;
  side: "inputs" | "outputs";
  name: string;
  number: number;
}

/** What is in an artifact: its file where it has but one, else its folders to walk through. */
export default function ArtifactPreview({ runId, task, side, name, number }: ArtifactPreviewProps) {
  const workspace = useWorkspace();
  const top = taskArtifactPath({ side, task, name, number });
  const [path, setPath] = useState(top);
  const { data, error, refetch } = useQuery(folderQuery(workspace, runId, top));
  if (error !== null && data === undefined)
    return <ErrorMessage title="The artifact cannot be shown" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <div role="status" aria-label="Loading the artifact" />;
  const only = data.files.length === 1 && data.files[0]?.is_dir === false ? data.files[0].path : undefined;
  const shown = path === top && only !== undefined ? only : path;
  return (
    <div className={classes.preview}>
      {shown !== top && only === undefined && (
        <button type="button" className={classes.back} onClick={() => setPath(top)}>
          All of {name}
        </button>
      )}
      <Preview key={shown} runId={runId} path={shown} onChoose={setPath} />
    </div>
  );
}
