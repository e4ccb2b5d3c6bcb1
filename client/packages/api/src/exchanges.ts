/** Exchanging a ticket for another seat, of its show or of another one of the theater. */

import type { Booking } from "./bookings";
import { patiently, taken } from "./calls";
import { refusedWith } from "./problems";
import type { Schemas, Server } from "./server";

/** `show` only where it is another one. */
export type Swap = Pick<Schemas["ExchangeRequest"], "ticket" | "seat" | "show">;

/** More than any seat costs: the server refuses it, and says in `price_changed` what is right. */
const NO_PRICE = "999999.00";

/** What the new ticket costs, its fee included; nothing is exchanged. */
export async function priceOfExchange(server: Server, reference: string, swap: Swap) {
  try {
    await send(server, reference, { ...swap, total: NO_PRICE });
  } catch (error) {
    if (refusedWith(error, "price_changed")) return error.document.total;
    throw error;
  }
  throw new Error("No seat costs that");
}

/**
 * Exchanges it, once, however often it is sent. The booking's `exchange` is what is to be paid
 * before, by `startPayment`; null: it is done, and the old code is void.
 */
export const exchangeTicket = (
  server: Server,
  reference: string,
  { key, ...swap }: Swap & { total: string; key: string },
): Promise<Booking> => patiently(() => send(server, reference, swap, key));

const send = (server: Server, reference: string, body: Schemas["ExchangeRequest"], key?: string) =>
  taken(
    server.api.POST("/api/v1/bookings/{reference}/exchange/", {
      params: { path: { reference }, header: key ? { "Idempotency-Key": key } : {} },
      body,
    }),
  );

/** How far a ticket's price lies from what was paid; of what is less, the policy's share comes back. */
export type Difference = { total: string; more: number; back: number; kept: number };

/** Reckoned to show it: what is paid or comes back is the server's reckoning. `share` in percent. */
export function differenceOf(was: string, total: string, share: number): Difference {
  const cents = Math.round(Number(total) * 100) - Math.round(Number(was) * 100);
  if (cents >= 0) return { total, more: cents / 100, back: 0, kept: 0 };
  const back = Math.round((-cents * share) / 100);
  return { total, more: 0, back: back / 100, kept: (-cents - back) / 100 };
}
