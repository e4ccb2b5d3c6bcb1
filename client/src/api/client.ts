/** How the client calls the server: typed by the schema, with a timeout, in the customer's language. */

import createClient from "openapi-fetch";
import { language } from "../words";
import { NoAnswer, Problem, type ProblemDocument } from "./problems";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

const PATIENCE_MS = 15_000;

/** Calls on behalf of whoever is logged in: the browser sends the cookie by itself. */
export const api = createClient<paths>({ fetch: send });

/** Public reads: without cookies, so that the browser may keep them and ask by ETag. */
export const open = createClient<paths>({ credentials: "omit", fetch: send });

async function send(request: Request): Promise<Response> {
  // Mails come in the language in which somebody registers or books.
  if (request.method !== "GET") request.headers.set("Accept-Language", language());
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (cause) {
    throw new NoAnswer("No answer", { cause });
  }
}

/** What a call of `api` brought. Throws Problem or NoAnswer. */
export async function taken<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  let answer: Awaited<typeof call>;
  try {
    answer = await call;
  } catch (error) {
    throw error instanceof NoAnswer ? error : new NoAnswer("No answer", { cause: error });
  }
  const { data, error, response } = answer;
  if (response.ok) return data as T;
  throw problemOf(error, response);
}

function problemOf(document: unknown, response: Response): Problem | NoAnswer {
  if (document && typeof document === "object" && "code" in document) {
    return new Problem(document as ProblemDocument, response.headers);
  }
  return new NoAnswer(`${response.status} of a proxy`);
}

/** A file that only its owner may read. */
export async function fileOf(path: string): Promise<Blob> {
  const response = await send(new Request(path));
  if (response.ok) return response.blob();
  throw problemOf(await response.json().catch(() => null), response);
}

const pause = (seconds: number) => new Promise((wake) => setTimeout(wake, seconds * 1000));

/** Repeats what is safe to repeat until there is an outcome, four times at most. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 4 || !mayChange(error)) throw error;
      const asked = error instanceof Problem ? error.retryAfter : null;
      await pause(Math.min(asked ?? 2 ** (attempt - 2), 10));
    }
  }
}

const mayChange = (error: unknown) =>
  error instanceof NoAnswer ||
  (error instanceof Problem && (error.status === 503 || error.code === "idempotency_key_in_use"));
