import { useQuery } from "@tanstack/react-query";
import { Folder } from "lucide-react";
import { CopyButton } from "@/lib/CopyButton";
import { ErrorMessage } from "@/lib/Message";
import { formatBytes, plural } from "@/lib/numbers";
import { useWorkspace } from "@/lib/workspace";
import { fileName, kindByName, shownPath } from "../logic/kinds";
import { fileUrl, folderQuery } from "../source";
import classes from "./FolderView.module.css";
import header from "./Preview.module.css";

interface FolderViewProps {
  runId: string;
  path: string;
  onChoose: (path: string) => void;
}

const PICTURES_MAX = 200;
const LISTED_MAX = 500;

/** What is in a folder: its pictures side by side, and everything else by name. */
export function FolderView({ runId, path, onChoose }: FolderViewProps) {
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(folderQuery(workspace, runId, path));
  if (error && data === undefined) {
    return (
      <ErrorMessage title="The folder could not be listed" error={error} onRetry={() => void refetch()} />
    );
  }
  const files = data?.files ?? [];
  const pictures = files.filter((file) => !file.is_dir && kindByName(file.path) === "image");
  const rest = files.filter((file) => !pictures.includes(file));
  const bytes = files.reduce((sum, file) => sum + (file.file_size ?? 0), 0);
  return (
    <>
      <header className={header.header}>
        <Folder size={15} aria-hidden />
        <h2 title={shownPath(path)}>{shownPath(path)}</h2>
        <CopyButton text={shownPath(path)} what="Path" />
        <span className={header.facts}>
          {data && `${plural(files.length, "entry", "entries")} · ${formatBytes(bytes)} in files here`}
        </span>
      </header>
      <div className={header.body}>
        {pictures.length > 0 && (
          <ul className={classes.pictures} aria-label="Pictures">
            {pictures.slice(0, PICTURES_MAX).map((file) => (
              <li key={file.path}>
                <button type="button" onClick={() => onChoose(file.path)}>
                  <img src={fileUrl(workspace, runId, file.path)} alt="" loading="lazy" />
                  <span>{fileName(file.path)}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <ul className={classes.files} aria-label="Files">
          {rest.slice(0, LISTED_MAX).map((file) => (
            <li key={file.path}>
              <button type="button" onClick={() => onChoose(file.path)}>
                {fileName(file.path)}
                {file.is_dir && "/"}
              </button>
              {file.file_size !== undefined && !file.is_dir && <span>{formatBytes(file.file_size)}</span>}
            </li>
          ))}
        </ul>
        {rest.length > LISTED_MAX && (
          <p className={classes.more}>
            {plural(rest.length - LISTED_MAX, "more entry", "more entries")} in the tree
          </p>
        )}
      </div>
    </>
  );
}
