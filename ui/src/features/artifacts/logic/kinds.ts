import { splitModelPath } from "./modelPath";
import { splitTaskPath } from "./taskPath";

/** How a file is shown. */
export type FileKind =
  | "image"
  | "text"
  | "json"
  | "table"
  | "parquet"
  | "markdown"
  | "html"
  | "audio"
  | "video"
  | "pdf"
  | "binary";

const BY_EXTENSION: Record<string, FileKind> = {
  ...all("image", "png jpg jpeg gif webp svg bmp ico avif"),
  ...all("json", "json geojson ipynb"),
  ...all("table", "csv tsv"),
  ...all("parquet", "parquet pq"),
  ...all("markdown", "md markdown"),
  ...all("html", "html htm"),
  ...all("audio", "wav mp3 ogg oga flac m4a aac opus"),
  ...all("video", "mp4 webm ogv mov m4v"),
  ...all("pdf", "pdf"),
  ...all(
    "binary",
    "pkl pickle joblib pt pth bin safetensors onnx h5 hdf5 npy npz zip gz tar tgz xz zst whl so gguf tflite pb",
  ),
  ...all(
    "text",
    "txt log yaml yml toml ini cfg conf env py pyi r jl sh bash ps1 js ts jsx tsx css xml sql jsonl ndjson diff patch rst tex lock dockerfile proto java c h cpp hpp cu go rs properties",
  ),
};

/** Files without an extension that are known to be text. */
const BY_NAME: Record<string, FileKind> = {
  mlmodel: "text",
  dockerfile: "text",
  makefile: "text",
  license: "text",
  readme: "text",
};

/** How to show a file by its name; null when the name says nothing and its bytes must be looked at. */
export function kindByName(path: string): FileKind | null {
  const name = fileName(path).toLowerCase();
  const extension = /\.([a-z0-9]+)$/.exec(name)?.[1] ?? "";
  return BY_NAME[name] ?? BY_EXTENSION[extension] ?? null;
}

/** Whether bytes from the start of a file read as UTF-8 text. */
export function looksLikeText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    // A character may be cut at the end: `stream` allows for that.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return false;
  }
  const control = bytes.filter(
    (byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27,
  );
  return control.length === 0;
}

/** Whether the beginning of a text reads as rows of as many values each, as CSV and TSV have them. */
export function looksLikeTable(head: string): boolean {
  // The last line may be cut.
  const lines = head.split(/\r?\n/).slice(0, -1).slice(0, 20);
  if (lines.length < 2) return false;
  return [",", "\t", ";"].some((mark) => {
    const counts = new Set(lines.filter((line) => line !== "").map((line) => line.split(mark).length));
    return counts.size === 1 && !counts.has(1);
  });
}

/** What the first bytes of a file give away, in words; null when nothing. */
export function signatureName(bytes: Uint8Array): string | null {
  const hex = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return SIGNATURES.find(([start]) => hex.startsWith(start))?.[1] ?? null;
}

/** A path as it is shown: of a task's artifact what is in it, or its name. */
export function shownPath(path: string): string {
  const ofTask = splitTaskPath(path);
  return ofTask === null ? path : ofTask.inner || ofTask.name;
}

/** Whether a path is the top of a model or of a task's artifact, which is a folder for certain. */
export function isTop(path: string): boolean {
  return splitModelPath(path)?.inner === "" || splitTaskPath(path)?.inner === "";
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The folder above; "" at the top. A logged model ("models:/<id>") is a top of its own; so is a task's artifact. */
export function folderOf(path: string): string {
  if (splitTaskPath(path)?.inner === "") return path;
  if (splitModelPath(path)?.inner === "") return "";
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

const SIGNATURES: readonly (readonly [string, string])[] = [
  ["504b0304", "a ZIP archive (also PyTorch checkpoints, .npz and .keras files)"],
  ["8003", "a Python pickle; loading one can run any code, so it is not opened here"],
  ["8004", "a Python pickle; loading one can run any code, so it is not opened here"],
  ["8005", "a Python pickle; loading one can run any code, so it is not opened here"],
  ["1f8b", "gzip-compressed data"],
  ["28b52ffd", "Zstandard-compressed data"],
  ["fd377a585a00", "xz-compressed data"],
  ["934e554d5059", "a NumPy array"],
  ["894844460d0a1a0a", "an HDF5 file"],
  ["50415231", "a Parquet file"],
  ["4152524f5731", "an Arrow file"],
  ["89504e47", "a PNG picture"],
  ["ffd8ff", "a JPEG picture"],
  ["25504446", "a PDF document"],
  ["47475546", "a GGUF model"],
  ["53514c69", "an SQLite database"],
  ["7f454c46", "a Linux program or library"],
];

function all(kind: FileKind, extensions: string): Record<string, FileKind> {
  return Object.fromEntries(extensions.split(" ").map((extension) => [extension, kind]));
}
