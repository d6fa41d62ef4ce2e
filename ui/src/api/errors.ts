/** What an API call can fail with. One class: callers branch on `code` or `isOffline`. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly hint: string | null = null,
  ) {
    super(message);
  }

  /** True when no server answered at all. */
  get isOffline(): boolean {
    return this.code === "offline";
  }
}

/** The message of anything thrown, fit to show to a person. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The server's advice on what to do next, when it gave any. */
export function errorHint(error: unknown): string | null {
  return error instanceof ApiError ? error.hint : null;
}

/** Reads our error body, MLflow's and Kubeflow's; anything else keeps the HTTP status as its message. */
export function errorFromBody(status: number, body: unknown): ApiError {
  if (isRecord(body)) {
    const own = body.error;
    if (isRecord(own)) {
      return new ApiError(
        text(own.code, "error"),
        status,
        text(own.message, `HTTP ${status}`),
        hintOf(own.hint),
      );
    }
    if (typeof own === "string" && typeof body.message === "string") {
      const [message = "", hint] = body.message.split("\nhint: ", 2);
      return new ApiError("error", status, text(message, `HTTP ${status}`), hintOf(hint));
    }
    if (typeof body.error_code === "string") {
      return new ApiError(body.error_code.toLowerCase(), status, text(body.message, body.error_code));
    }
  }
  return new ApiError("http", status, `The server answered ${status}.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown, fallback: string): string {
  return typeof value === "string" && value !== "" ? value : fallback;
}

function hintOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
