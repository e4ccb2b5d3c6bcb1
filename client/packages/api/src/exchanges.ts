/** Exchanging a ticket for another seat, of its show or of another one of the theater. */

import type { Booking } from "./bookings";
import { patiently, taken } from "./calls";
import type { Schemas, Server } from "./server";

/** `show` only where it is another one. */
export type Swap = Pick<Schemas["ExchangeRequest"], "ticket" | "seat" | "show">;

/** What it would cost, or give back; nothing is exchanged. It is refused as the exchange would be. */
export const quoteOfExchange = (server: Server, reference: string, body: Swap) =>
  taken(
    server.api.POST("/api/v1/bookings/{reference}/exchange/quote/", {
      params: { path: { reference } },
      body,
    }),
  );

/**
 * Exchanges it, once, however often it is sent. The booking's `exchange` is what is to be paid
 * before, by `startPayment`; null: it is done, and the old code is void.
 */
export const exchangeTicket = (
  server: Server,
  reference: string,
  { key, ...body }: Swap & { total: string; key: string },
): Promise<Booking> =>
  patiently(() =>
    taken(
      server.api.POST("/api/v1/bookings/{reference}/exchange/", {
        params: { path: { reference }, header: { "Idempotency-Key": key } },
        body,
      }),
    ),
  );
