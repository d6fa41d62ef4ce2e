import { describe, expect, it } from "vitest";
import { codeOrigin, repositoryUrl } from "./commit";

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
