import { afterEach, describe, expect, it, vi } from "vitest";
import { getJson, postJson, withQuery } from "./client";
import { ApiError, errorHint, errorMessage } from "./errors";

afterEach(() => vi.unstubAllGlobals());

/** The network, which is not ours: it answers `body` with `status`. */
function answering(status: number, body: string) {
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => new Response(body, { status }));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

async function failure(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe("a call", () => {
  it("names its workspace, and sends JSON as JSON", async () => {
    const fetch = answering(200, '{"ok":1}');
    expect(await postJson("team", "/api/x", { a: 1 })).toEqual({ ok: 1 });
    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe("/api/x");
    expect(init?.headers).toMatchObject({ "X-Workspace": "team", "Content-Type": "application/json" });
    expect(init?.body).toBe('{"a":1}');
  });

  it("takes an empty answer for an empty object", async () => {
    answering(200, "");
    expect(await getJson("w", "/api/x")).toEqual({});
  });

  it("fails with the server's reason and hint", async () => {
    answering(400, '{"error":{"code":"invalid","message":"No.","hint":"Do."}}');
    const error = await failure(getJson("w", "/api/x"));
    expect([error.code, error.status, errorMessage(error), errorHint(error)]).toEqual([
      "invalid",
      400,
      "No.",
      "Do.",
    ]);
  });

  it("fails with MLflow's reason too", async () => {
    answering(404, '{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"No run."}');
    const error = await failure(getJson("w", "/ajax-api/x"));
    expect([error.code, error.message]).toEqual(["resource_does_not_exist", "No run."]);
  });

  it("says so when no server answers, or something else than ours", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("refused")));
    expect((await failure(getJson("w", "/api/x"))).isOffline).toBe(true);
    answering(502, "<html>Bad gateway</html>");
    expect((await failure(getJson("w", "/api/x"))).message).toBe("The server answered 502.");
    answering(200, "<html>a portal</html>");
    expect((await failure(getJson("w", "/api/x"))).code).toBe("format");
  });

  it("passes an abort through as what it is", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new DOMException("gone", "AbortError")));
    await expect(getJson("w", "/api/x")).rejects.toHaveProperty("name", "AbortError");
  });
});

it("leaves out of a query what is undefined", () => {
  expect(withQuery("/a", { b: 1, c: undefined, d: "x y" })).toBe("/a?b=1&d=x+y");
  expect(withQuery("/a", {})).toBe("/a");
});
