/** What can come of a call besides success: a refusal, or no answer at all. */

import type { components } from "./schema";

type Schemas = components["schemas"];
type Listed = Schemas[Exclude<Extract<keyof Schemas, `${string}Problem`>, "Problem">];
export type ProblemDocument = Schemas["Problem"];
/** Those that the schema lists; later ones may be added. */
export type Code = Listed["code"];

/** The server refused: an RFC 9457 problem document. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly document: ProblemDocument;
  /** Seconds. */
  readonly retryAfter: number | null;

  constructor(document: ProblemDocument, headers: Headers) {
    super(document.detail);
    this.code = document.code;
    this.status = document.status;
    this.document = document;
    this.retryAfter = Number(headers.get("Retry-After")) || null;
  }

  /** What is wrong with each field of a form, by its dotted path; "" is the form as a whole. */
  get fields(): Record<string, string> {
    return Object.fromEntries(
      (this.document.errors ?? []).map((each) => [each.field ?? "", each.detail]),
    );
  }

  /** Whether this is its code, or that of one of its fields. */
  has(code: string): boolean {
    return this.code === code || (this.document.errors ?? []).some((each) => each.code === code);
  }
}

/** Nobody knows whether the request took effect. */
export class NoAnswer extends Error {}

/** Whether the server refused with one of these codes; then `error.document` has what they tell. */
export const refusedWith = <Wanted extends Code>(
  error: unknown,
  ...codes: Wanted[]
): error is Problem & { document: Extract<Listed, { code: Wanted }> } =>
  error instanceof Problem && codes.some((code) => error.code === code);

/** The seats that somebody else has, if that is why a hold or a booking was refused. */
export const lostSeats = (error: unknown): string[] =>
  refusedWith(error, "seats_unavailable") ? error.document.seats : [];
