/** An artifact that a task of a pipeline run took or made. */
export interface TaskArtifactPlace {
  readonly side: "inputs" | "outputs";
  readonly task: string;
  readonly name: string;
  /** Where it is a list: which one. */
  readonly number: number;
}

const PREFIX = "tasks:/";

/** An artifact of a task as the top of a path: `tasks:/outputs/loop%5B0%5D%2Ffit/model/0`. */
export function taskArtifactPath({ side, task, name, number }: TaskArtifactPlace): string {
  return `${PREFIX}${side}/${encodeURIComponent(task)}/${encodeURIComponent(name)}/${number}`;
}

/** The artifact of such a path, and the path in it; null for any other path. */
export function splitTaskPath(path: string): (TaskArtifactPlace & { readonly inner: string }) | null {
  const [, side, task, name, number, inner = ""] =
    /^tasks:\/(inputs|outputs)\/([^/]+)\/([^/]+)\/(\d{1,6})(?:\/(.*))?$/s.exec(path) ?? [];
  if (side === undefined || task === undefined || name === undefined) return null;
  try {
    return {
      side: side as "inputs" | "outputs",
      task: decodeURIComponent(task),
      name: decodeURIComponent(name),
      number: Number(number),
      inner,
    };
  } catch {
    return null;
  }
}
