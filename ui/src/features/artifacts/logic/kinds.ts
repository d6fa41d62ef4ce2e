import { splitModelPath } from "./modelPath";

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

/** What the first bytes of a file give away, in words; null when nothing. */
export function signatureName(bytes: Uint8Array): string | null {
  const hex = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return SIGNATURES.find(([start]) => hex.startsWith(start))?.[1] ?? null;
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The folder above; "" at the top. A logged model ("models:/<id>") is a top of its own. */
export function folderOf(path: string): string {
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
