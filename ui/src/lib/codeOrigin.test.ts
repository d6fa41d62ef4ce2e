import { describe, expect, it } from "vitest";
import { changesUrl, codeOrigin, repositoryUrl } from "./codeOrigin";

const COMMIT = "3f2a9c1d5e7b8a90c1d2e3f405162738495a6b7c";

function urlFor(repository: string) {
  return codeOrigin({ "mlflow.source.git.commit": COMMIT, "mlflow.source.git.repoURL": repository })
    .commitUrl;
}

describe("codeOrigin", () => {
  it("links the commit on the hosts we know", () => {
    expect(urlFor("https://github.com/acme/x.git")).toBe(`https://github.com/acme/x/commit/${COMMIT}`);
    expect(urlFor("git@gitlab.com:acme/x.git")).toBe(`https://gitlab.com/acme/x/-/commit/${COMMIT}`);
    expect(urlFor("https://bitbucket.org/acme/x")).toBe(`https://bitbucket.org/acme/x/commits/${COMMIT}`);
  });

  it("never links anything that is no web address, and drops passwords", () => {
    expect(repositoryUrl("javascript:alert(1)")).toBeNull();
    expect(repositoryUrl("/home/me/x")).toBeNull();
    expect(repositoryUrl("https://me:secret@github.com/a/b.git")).toBe("https://github.com/a/b");
  });

  it("has nothing to say about a run without code", () => {
    expect(codeOrigin({})).toEqual({
      entry: null,
      kind: null,
      commit: null,
      branch: null,
      repository: null,
      commitUrl: null,
    });
  });
});

describe("changesUrl", () => {
  it("shows two commits side by side on the hosts that can", () => {
    expect(changesUrl("git@github.com:acme/x.git", COMMIT, "abcdef1")).toBe(
      `https://github.com/acme/x/compare/${COMMIT}...abcdef1`,
    );
    expect(changesUrl("https://example.com/x", COMMIT, "abcdef1")).toBeNull();
    expect(changesUrl("https://github.com/acme/x", COMMIT, "main; rm")).toBeNull();
  });
});
