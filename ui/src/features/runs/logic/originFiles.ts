const NAMES = new Set([
  "requirements.txt",
  "conda.yaml",
  "python_env.yaml",
  "environment.yml",
  "environment.yaml",
  "pyproject.toml",
  "uv.lock",
  "pip-freeze.txt",
]);

/** Whether a file says with which code or packages a run was made. */
export function isOriginFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return NAMES.has(name) || name.endsWith(".diff") || name.endsWith(".patch");
}
