// What a journey needs of a client, however it was generated.
import type { Booking, BookingRefusal, Hold, HoldRefusal } from "./purchase";

type Bought = Pick<Booking, "reference" | "status">;

export interface Shop {
  register(person: { email: string; password: string; name: string }): Promise<void>;
  /** The ids of shows on sale. */
  shows(): Promise<readonly number[]>;
  hold(show: number, seats: string[]): Promise<{ hold: Pick<Hold, "seats" | "total"> } | { refusal: HoldRefusal }>;
  book(show: number, total: string): Promise<{ booking: Bought } | { refusal: BookingRefusal }>;
  booking(reference: string): Promise<Bought>;
  cancel(reference: string): Promise<Bought>;
}

/** What there is, or an error: where a journey expects no refusal. */
export function there<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error("Refused");
  return answer;
}

export const newKey = () => ({ "Idempotency-Key": crypto.randomUUID() });
