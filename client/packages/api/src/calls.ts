/** The outcome of a call: success, a refusal, or no answer; and what may be repeated. */

import { NoAnswer, Problem, type ProblemDocument } from "./problems";
import type { Server } from "./server";

/** What a call brought. Throws Problem or NoAnswer. */
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

/** A file that only its owner may read: tickets, a QR code. */
export async function fileOf(server: Server, path: string): Promise<Blob> {
  const response = await server.ask(path);
  if (response.ok) return response.blob();
  throw problemOf(await response.json().catch(() => null), response);
}

export const pause = (seconds: number) => new Promise((wake) => setTimeout(wake, seconds * 1000));

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
