// What a client makes of problems without a cast: their types come from the schema.

interface AnyProblem {
  code: string;
  status: number;
  detail: string;
}

/** The codes that the schema lists for an operation. Its general problem, of any code, has none. */
export type Code<P extends AnyProblem> = P extends unknown
  ? string extends P["code"] ? never : P["code"]
  : never;

/** Whether a problem is of one of these codes; if so, it has the members of that code. */
export const is = <P extends AnyProblem, C extends Code<P>>(
  problem: P, ...codes: C[]
): problem is Extract<P, { code: C }> => codes.some((code) => code === problem.code);

/** A problem whose listed codes are all among these: with another, a call does not compile. */
export type Only<P extends AnyProblem, C> = P & ([Code<P>] extends [C] ? unknown : never);

/** What to do next. */
export type Next =
  | { next: "choose seats"; lost: readonly string[] }
  | { next: "choose instead"; seats: readonly string[] }
  | { next: "agree"; total: string }
  | { next: "free a show"; shows: readonly number[] }
  | { next: "correct"; fields: readonly string[] }
  | { next: "wait"; until?: string }
  | { next: "buy fewer"; left: number }
  | { next: "pay first"; references: readonly string[] }
  | { next: "leave" | "log in" | "apologize" | "repeat" };

/**
 * What is left when all codes of the schema are handled: one that was added to the API since. Its
 * status says enough.
 */
export function unlisted<P extends AnyProblem>(problem: Only<P, never>): Next {
  if (problem.status === 401) return { next: "log in" };
  if (problem.status === 404) return { next: "leave" };
  if (problem.status === 429 || problem.status === 503) return { next: "wait" };
  return { next: problem.status >= 500 ? "repeat" : "apologize" };
}
