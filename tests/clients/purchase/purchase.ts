// A purchase: each refusal that the schema lists for it, and what the customer does next.
import type { components, operations } from "../../../var/clients/web/api";
import { type Code, is, type Next, type Only, unlisted } from "./refusals";

type Contents<R> = R extends { content: infer C } ? C[keyof C] : never;
/** Of an operation: what it answers with these statuses. */
type Answer<O extends { responses: object }, S> = Contents<O["responses"][Extract<keyof O["responses"], S>]>;
type Refusal<O extends { responses: object }> = Answer<O, Exclude<keyof O["responses"], 200 | 201 | 204>>;

export type Hold = Answer<operations["hold_seats"], 200>;
export type Booking = Answer<operations["book_seats"], 201>;
export type HoldRefusal = Refusal<operations["hold_seats"]>;
export type BookingRefusal = Refusal<operations["book_seats"]>;

/** The problems that both calls may answer, and the general one. */
type Shared =
  | Extract<HoldRefusal, { code: Code<HoldRefusal> & Code<BookingRefusal> }>
  | components["schemas"]["Problem"];

export function afterHold(problem: HoldRefusal): Next {
  if (is(problem, "too_many_holds")) return { next: "free a show", shows: problem.shows };
  if (is(problem, "too_many_seats_held_here")) return { next: "wait" };
  if (is(problem, "not_found")) return { next: "leave" };
  return afterEither(problem);
}

export function afterBooking(problem: BookingRefusal): Next {
  if (is(problem, "no_hold", "hold_expired")) return { next: "choose seats", lost: [] };
  if (is(problem, "price_changed")) return { next: "agree", total: problem.total };
  if (is(problem, "too_many_tickets", "address_not_verified")) {
    return { next: "buy fewer", left: problem.left };
  }
  if (is(problem, "too_many_pending")) return { next: "pay first", references: problem.references };
  if (is(problem, "permission_denied")) return { next: "leave" };
  if (is(problem, "contact_required", "payment_not_offered", "invisible_characters")) {
    return { next: "correct", fields: problem.errors.map((each) => each.field ?? "") };
  }
  if (is(problem, "unknown_ticket_type", "type_not_allowed", "voucher_invalid")) {
    return { next: "correct", fields: problem.errors.map((each) => each.field ?? "") };
  }
  if (is(problem, "voucher_used_up")) return { next: "correct", fields: ["voucher"] };
  if (is(problem, "idempotency_key_in_use")) return { next: "repeat" };
  if (is(problem, "does_not_exist")) return { next: "leave" };
  if (is(problem, "invalid_idempotency_key", "idempotency_key_reused")) return { next: "apologize" };
  return afterEither(problem);
}

function afterEither<P extends Shared>(refusal: Only<P, Code<Shared>>): Next {
  const problem: Shared = refusal;
  if (is(problem, "seats_unavailable")) return { next: "choose seats", lost: problem.seats };
  if (is(problem, "single_seat_left")) return { next: "choose instead", seats: problem.instead };
  if (is(problem, "cross_origin")) return { next: "apologize" };
  if (is(problem, "show_not_on_sale")) return { next: "leave" };
  if (is(problem, "hold_exhausted")) return { next: "wait", until: problem.retry_at };
  if (is(problem, "not_authenticated", "token_not_valid")) return { next: "log in" };
  if (is(problem, "too_many_requests", "busy", "unavailable")) return { next: "wait" };
  if (is(problem, "internal_error")) return { next: "repeat" };
  if (is(problem, "validation_failed", "unknown_seats", "duplicate_seats", "too_many_seats")) {
    return { next: "correct", fields: problem.errors.map((each) => each.field ?? "") };
  }
  if (is(problem, "malformed_json", "bad_request", "unknown_parameter", "not_acceptable")) {
    return { next: "apologize" };
  }
  if (is(problem, "payload_too_large", "unsupported_media_type")) return { next: "apologize" };
  return unlisted(problem);
}
