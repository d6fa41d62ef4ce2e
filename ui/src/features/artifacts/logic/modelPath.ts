/** "models:/m-1/data/x" as the model's id and the path inside of it; null for a path of the run itself. */
export function splitModelPath(path: string): { id: string; inner: string } | null {
  const found = /^models:\/([^/]+)(?:\/(.*))?$/.exec(path);
  return found ? { id: found[1] ?? "", inner: found[2] ?? "" } : null;
}

export function modelFolderPath(modelId: string): string {
  return `models:/${modelId}`;
}
