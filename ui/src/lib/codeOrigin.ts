import type { Tags } from "@/api/types";

/** Where a run's code came from, as far as the client wrote it down. */
export interface CodeOrigin {
  readonly entry: string | null;
  readonly kind: string | null;
  readonly commit: string | null;
  readonly branch: string | null;
  readonly repository: string | null;
  /** The commit on the repository's page, where the host is known. */
  readonly commitUrl: string | null;
}

export function codeOrigin(tags: Tags): CodeOrigin {
  const commit = tags["mlflow.source.git.commit"] ?? null;
  const repository = tags["mlflow.source.git.repoURL"] ?? tags["mlflow.gitRepoURL"] ?? null;
  return {
    entry: tags["mlflow.source.name"] ?? null,
    kind: tags["mlflow.source.type"] ?? null,
    commit,
    branch: tags["mlflow.source.git.branch"] ?? tags["mlflow.gitBranch"] ?? null,
    repository,
    commitUrl: commit && repository ? commitUrl(repository, commit) : null,
  };
}

/** The web page of a repository, without login data; null for what is no web address. */
export function repositoryUrl(repository: string): string | null {
  const ssh = /^(?:ssh:\/\/)?git@([\w.-]+)[:/](.+?)(?:\.git)?\/?$/.exec(repository);
  const text = ssh ? `https://${ssh[1]}/${ssh[2]}` : repository;
  if (!/^https?:\/\//.test(text)) return null;
  try {
    const url = new URL(text);
    return `${url.protocol}//${url.host}${url.pathname.replace(/(\.git)?\/?$/, "")}`;
  } catch {
    return null;
  }
}

/** The page that shows what changed between two commits of one repository, where the host has one. */
export function changesUrl(repository: string, from: string, to: string): string | null {
  const base = repositoryUrl(repository);
  if (base === null || !isCommit(from) || !isCommit(to)) return null;
  const host = new URL(base).host;
  if (host.includes("github")) return `${base}/compare/${from}...${to}`;
  return host.includes("gitlab") ? `${base}/-/compare/${from}...${to}` : null;
}

function commitUrl(repository: string, commit: string): string | null {
  const base = repositoryUrl(repository);
  if (base === null || !isCommit(commit)) return null;
  const host = new URL(base).host;
  if (host.includes("bitbucket")) return `${base}/commits/${commit}`;
  return host.includes("gitlab") ? `${base}/-/commit/${commit}` : `${base}/commit/${commit}`;
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(text);
}
