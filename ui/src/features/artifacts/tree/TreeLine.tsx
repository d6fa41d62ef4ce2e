import {
  Box,
  ChevronRight,
  File,
  FileBox,
  FileImage,
  FileJson,
  FileSpreadsheet,
  FileText,
  Folder,
  FolderOpen,
} from "lucide-react";
import { formatBytes } from "@/lib/numbers";
import { type FileKind, fileName, kindByName } from "../logic/kinds";
import type { TreeRow } from "../logic/rows";
import classes from "./ArtifactTree.module.css";

interface TreeLineProps {
  row: TreeRow;
  index: number;
  /** Pixels from the top of the tree. */
  top: number;
  chosen: string;
  /** Whether the Tab key lands here: one line of a tree takes it. */
  reachable: boolean;
  /** Set for the folder of a logged model: what the model is called. */
  modelName: string | undefined;
  onPress: (path: string, isFolder: boolean) => void;
}

const ICONS: Partial<Record<FileKind, typeof File>> = {
  image: FileImage,
  json: FileJson,
  table: FileSpreadsheet,
  parquet: FileSpreadsheet,
  text: FileText,
  markdown: FileText,
  html: FileText,
  binary: FileBox,
};

/** One line of the tree. */
export function TreeLine({ row, index, top, chosen, reachable, modelName, onPress }: TreeLineProps) {
  const indent = { transform: `translateY(${top}px)`, paddingLeft: 8 + row.depth * 16 };
  if (row.kind === "state") {
    return (
      <div className={classes.state} style={indent} role="none">
        {row.text}
      </div>
    );
  }
  const { path, is_dir, file_size } = row.file;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it takes the keys.
    <div
      role="treeitem"
      data-row={index}
      aria-level={row.depth + 1}
      aria-selected={path === chosen}
      {...(is_dir ? { "aria-expanded": row.open } : {})}
      tabIndex={reachable ? 0 : -1}
      className={classes.line}
      style={indent}
      title={path}
      onClick={() => onPress(path, is_dir)}
    >
      {is_dir ? (
        <ChevronRight size={13} aria-hidden className={classes.chevron} data-open={row.open} />
      ) : (
        <span />
      )}
      {modelName === undefined ? (
        <Icon path={path} isFolder={is_dir} isOpen={row.open} />
      ) : (
        <Box size={14} aria-hidden />
      )}
      <span className={classes.name}>{modelName ?? fileName(path)}</span>
      {modelName !== undefined && <span className={classes.size}>model</span>}
      {file_size !== undefined && !is_dir && <span className={classes.size}>{formatBytes(file_size)}</span>}
    </div>
  );
}

function Icon({ path, isFolder, isOpen }: { path: string; isFolder: boolean; isOpen: boolean }) {
  if (isFolder) return isOpen ? <FolderOpen size={14} aria-hidden /> : <Folder size={14} aria-hidden />;
  const kind = kindByName(path);
  const Shape = (kind && ICONS[kind]) ?? File;
  return <Shape size={14} aria-hidden />;
}
