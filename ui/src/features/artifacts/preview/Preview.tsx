import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { ApiError } from "@/api/errors";
import { ErrorMessage } from "@/lib/Message";
import { useWorkspace } from "@/lib/workspace";
import { type FileFacts, loadFacts } from "../bytes";
import { type FileKind, folderOf, isTop, kindByName } from "../logic/kinds";
import { fileUrl, folderQuery } from "../source";
import { FolderView } from "./FolderView";
import classes from "./Preview.module.css";
import { PreviewHeader } from "./PreviewHeader";
import { UnknownView } from "./UnknownView";

const TextView = lazy(() => import("./TextView"));
const JsonView = lazy(() => import("./JsonView"));
const TableView = lazy(() => import("./TableView"));
const ParquetView = lazy(() => import("./ParquetView"));
const ImageView = lazy(() => import("./ImageView"));
const DocumentView = lazy(() => import("./DocumentView"));

export interface FileViewProps {
  url: string;
  path: string;
  facts: FileFacts;
}

const EMPTY: FileFacts = { size: 0, type: "", digest: null };

interface PreviewProps {
  runId: string;
  path: string;
  onChoose: (path: string) => void;
}

/** A file or a folder of a run, shown as what it is. */
export function Preview({ runId, path, onChoose }: PreviewProps) {
  const workspace = useWorkspace();
  const parent = useQuery(folderQuery(workspace, runId, folderOf(path)));
  const entry = parent.data?.files.find((file) => file.path === path);
  const url = fileUrl(workspace, runId, path);
  const isFolder = entry?.is_dir === true || isTop(path);
  const isEmpty = entry?.file_size === 0;
  const facts = useQuery({
    queryKey: ["w", workspace, "artifacts", runId, "facts", path, entry?.file_size],
    queryFn: ({ signal }) => loadFacts(url, signal),
    enabled: parent.isFetched && !isFolder && !isEmpty,
  });

  if (isFolder) return <FolderView runId={runId} path={path} onChoose={onChoose} />;
  return (
    <>
      <PreviewHeader runId={runId} path={path} facts={isEmpty ? EMPTY : (facts.data ?? null)} />
      <div className={classes.body}>
        {isEmpty ? (
          <p className={classes.empty}>This file is empty.</p>
        ) : facts.error !== null ? (
          <ErrorMessage
            title={failure(facts.error)}
            error={facts.error}
            onRetry={() => void facts.refetch()}
          />
        ) : facts.data === undefined ? (
          <div role="status" aria-label="Loading the file" />
        ) : (
          <Suspense fallback={<div role="status" aria-label="Loading the preview" />}>
            <FileView runId={runId} kind={kindByName(path)} url={url} path={path} facts={facts.data} />
          </Suspense>
        )}
      </div>
    </>
  );
}

function FileView({ kind, runId, ...file }: FileViewProps & { kind: FileKind | null; runId: string }) {
  switch (kind) {
    case "text":
      return <TextView {...file} />;
    case "json":
      return <JsonView {...file} />;
    case "table":
      return <TableView {...file} />;
    case "parquet":
      return <ParquetView {...file} />;
    case "image":
      return <ImageView {...file} runId={runId} />;
    case "markdown":
    case "html":
    case "audio":
    case "video":
    case "pdf":
      return <DocumentView {...file} kind={kind} />;
    default:
      return <UnknownView {...file} />;
  }
}

function failure(error: unknown): string {
  const code = error instanceof ApiError ? error.code : "";
  if (code === "not_found") return "This file is not there";
  if (code === "damaged") return "This file is damaged";
  return "The file could not be read";
}
