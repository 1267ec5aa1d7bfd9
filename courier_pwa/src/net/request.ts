// Requests to the service. Whoever answers may be a proxy or a captive portal: a reply is only what
// was received; whether it counts, the readers of each answer decide by its shape.

import { retryAfter } from "../domain/backoff.ts";
import { isFields, isText } from "../domain/guards.ts";
import type { Environment } from "../environment.ts";
import { Deadline } from "../storage/deadline.ts";

export const TIMEOUT_MS = 20_000;

export interface Reply {
  readonly status: number;
  /** The JSON of a body that says it is JSON; undefined for any other body. */
  readonly json: unknown;
  readonly etag: string | null;
  /** Milliseconds. */
  readonly retryAfter: number | null;
}

export interface Question {
  readonly method?: "GET" | "POST" | "PUT";
  readonly token?: string;
  readonly json?: unknown;
  readonly jpeg?: ArrayBuffer;
  readonly etag?: string | null;
  /** Milliseconds; 20 s where it is not said. */
  readonly patience?: number;
}

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const PROBLEM_TYPE = /^application\/problem\+json\s*(;|$)/i;

/** Return the reply that came in time; null for none: no network, a redirect, too slow. */
export async function ask(
  environment: Environment,
  path: string,
  question: Question = {},
): Promise<Reply | null> {
  const abort = new AbortController();
  const deadline = new Deadline(environment, question.patience ?? TIMEOUT_MS);
  try {
    const init = { ...initOf(question), signal: abort.signal };
    return await deadline.of(
      environment
        .fetch(`${environment.origin}/api/v1/${path}`, init)
        .then((response) => replyOf(response, environment.now())),
    );
  } catch {
    return null;
  } finally {
    deadline.done();
    abort.abort(); // what has not come by now shall not come any more
  }
}

/** Return the code of the service's own refusal; null for any other reply. */
export function refusal(reply: Reply): string | null {
  const { json, status } = reply;
  const ours = status >= 400 && isFields(json) && isText(json["code"]) && json["status"] === status;
  return ours ? (json["code"] as string) : null;
}

function initOf({ method, token, json, jpeg, etag }: Question): RequestInit {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers["Authorization"] = `Bearer ${token}`;
  if (json !== undefined) headers["Content-Type"] = "application/json";
  if (jpeg !== undefined) headers["Content-Type"] = "image/jpeg";
  if (etag) headers["If-None-Match"] = etag;
  const body = json === undefined ? jpeg : JSON.stringify(json);
  return {
    method: method ?? "GET",
    headers,
    redirect: "error",
    cache: "no-store",
    credentials: "omit",
    ...(body === undefined ? {} : { body }),
  };
}

async function replyOf(response: Response, now: number): Promise<Reply> {
  const type = response.headers.get("Content-Type") ?? "";
  const text = await response.text();
  const isJson = response.status < 400 ? JSON_TYPE.test(type) : PROBLEM_TYPE.test(type);
  return {
    status: response.redirected ? 0 : response.status,
    json: isJson ? parsed(text) : undefined,
    etag: response.headers.get("ETag"),
    retryAfter: retryAfter(response.headers.get("Retry-After"), now),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
