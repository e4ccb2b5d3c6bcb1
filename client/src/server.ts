/** The server that this page comes from. */

import type { Pending, Wish } from "@moviebooking/api/bookings";
import { cookie } from "@moviebooking/api/cookie";
import { connect } from "@moviebooking/api/server";
import { language } from "./words";

export const server = connect({ session: cookie(), language });

const PENDING = "pending-booking";

/** What was sent and has no outcome yet: a reload goes on with it. */
export const pending = {
  load(): Wish | null {
    const text = sessionStorage.getItem(PENDING);
    return text ? (JSON.parse(text) as Wish) : null;
  },
  save(wish: Wish | null) {
    if (wish) sessionStorage.setItem(PENDING, JSON.stringify(wish));
    else sessionStorage.removeItem(PENDING);
  },
} satisfies Pending;

/** Where the provider leads back to. */
export const backTo = (reference: string) => `${location.origin}/bookings/${reference}?paid`;
