// Calls of the HTTP API, typed by openapi.yaml: path, parameters, body and reply belong together.
import type { FailureCode, paths } from "./schema";

type Json<T> = T extends { content: { "application/json": infer J } } ? J : never;
type Form<T> = T extends { content: { "multipart/form-data": unknown } } ? FormData : never;
type BodyOf<O> = O extends { requestBody: infer B } ? Json<B> | Form<B> : undefined;
type ReplyOf<O> = O extends { responses: { 200: infer R } } ? Json<R> : never;
type PathParams<O> = O extends { parameters: { path: infer P } } ? P : undefined;
type With<M extends "get" | "post"> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];

interface Options<O> {
  path?: PathParams<O>;
  body?: BodyOf<O>;
  signal?: AbortSignal;
}

// What went wrong: the server's machine codes, or one of the page's own where there was no answer at all.
export type Code = FailureCode | "NETWORK";

export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly codes: Code[],
    message: string,
    readonly fieldErrors: Record<string, string[]> = {},
    readonly retryAfter: number | null = null,
    readonly attemptsRemaining: number | null = null,
  ) {
    super(message);
  }

  get code(): Code {
    return this.codes.find((code) => code !== "VALIDATION_FAILED") ?? this.codes[0] ?? "INTERNAL";
  }

  has(...codes: Code[]): boolean {
    return codes.some((code) => this.codes.includes(code));
  }
}

const TIMEOUT_MS = 60_000;
let language = "ko";
let clockOffsetMs = 0;

export function setLanguage(code: string): void {
  language = code;
}

// The server's time: what countdowns are measured by, whatever the device's clock says.
export function serverNow(): number {
  return Date.now() + clockOffsetMs;
}

function noteClock(response: Response): void {
  const at = Date.parse(response.headers.get("Date") ?? "");
  if (!Number.isNaN(at) && Math.abs(at - Date.now()) > 2000) clockOffsetMs = at - Date.now();
}

function fill(path: string, params: object | undefined): string {
  return Object.entries(params ?? {}).reduce(
    (done, [name, value]) => done.replace(`{${name}}`, encodeURIComponent(String(value))),
    path,
  );
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const body = (await response.json().catch(() => null)) as {
    message?: string;
    errors?: Code[];
    field_errors?: Record<string, string[]>;
    retry_after?: number;
    data?: { attempts_remaining?: number } | null;
  } | null;
  const fallback: Code = response.status >= 500 ? "UNAVAILABLE" : "INVALID_REQUEST";
  return new ApiFailure(
    response.status,
    body?.errors?.length ? body.errors : [fallback],
    body?.message ?? "",
    body?.field_errors ?? {},
    body?.retry_after ?? null,
    body?.data?.attempts_remaining ?? null,
  );
}

async function send(method: string, path: string, options: Options<never>): Promise<unknown> {
  const { body, signal } = options as { body?: unknown; signal?: AbortSignal };
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": language };
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";

  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), TIMEOUT_MS);
  signal?.addEventListener("abort", () => timer.abort());
  try {
    const response = await fetch(fill(path, options.path as object | undefined), {
      method,
      headers,
      body: body === undefined ? null : form ? body : JSON.stringify(body),
      signal: timer.signal,
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    noteClock(response);
    if (!response.ok) throw await failureOf(response);
    return await response.json();
  } catch (error) {
    if (error instanceof ApiFailure || signal?.aborted) throw error;
    throw new ApiFailure(0, ["NETWORK"], "");
  } finally {
    clearTimeout(timeout);
  }
}

export function get<P extends With<"get">>(path: P, options: Options<paths[P]["get"]> = {}) {
  return send("GET", path, options as Options<never>) as Promise<ReplyOf<paths[P]["get"]>>;
}

export function post<P extends With<"post">>(path: P, options: Options<paths[P]["post"]> = {}) {
  return send("POST", path, options as Options<never>) as Promise<ReplyOf<paths[P]["post"]>>;
}
