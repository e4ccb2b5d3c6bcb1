/** What can come of a call besides success: a refusal, or no answer at all. */

export type FieldError = { field: string | null; code: string; detail: string };

export type ProblemDocument = {
  code: string;
  status: number;
  title?: string;
  detail: string;
  errors?: FieldError[];
  [member: string]: unknown;
};

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

  /** The code, or that of its only field. */
  has(code: string): boolean {
    return this.code === code || (this.document.errors ?? []).some((each) => each.code === code);
  }
}

/** Nobody knows whether the request took effect. */
export class NoAnswer extends Error {}

export const refusedWith = (error: unknown, ...codes: string[]): error is Problem =>
  error instanceof Problem && codes.some((code) => error.has(code));

/** The seats that somebody else has, if that is why a hold or a booking was refused. */
export function lostSeats(error: unknown): string[] {
  if (!refusedWith(error, "seats_unavailable")) return [];
  const seats = error.document.seats;
  return Array.isArray(seats) ? seats.map(String) : [];
}
