/** Bookings: made once, paid, read, cancelled. */

import { patiently, taken } from "./calls";
import { Problem } from "./problems";
import type { Schemas, Server } from "./server";

export type Booking = Schemas["Booking"];
export type RefundQuote = Schemas["RefundQuote"];

const of = (reference: string) => ({ params: { path: { reference } } });

export type Wish = Omit<Schemas["BookingRequest"], "seats" | "at_counter"> & { key: string };

/** Keeps what was sent and has no outcome yet: an app that starts again goes on with it. */
export type Pending = {
  load(): Wish | null | Promise<Wish | null>;
  save(wish: Wish | null): void | Promise<void>;
};

/** Books what I hold, once, however often it is sent. */
export async function book(server: Server, wish: Wish, pending: Pending): Promise<Booking> {
  await pending.save(wish);
  const { key, ...body } = wish;
  const params = { header: { "Idempotency-Key": key } };
  try {
    const call = () => taken(server.api.POST("/api/v1/bookings/", { params, body }));
    const booking = await patiently(call);
    await pending.save(null);
    return booking;
  } catch (error) {
    if (error instanceof Problem && REFUSES.includes(error.status)) await pending.save(null);
    throw error;
  }
}

/** Nothing was booked; others leave it open. */
const REFUSES = [400, 404, 409, 422];

/** At the start of an app: what was under way when it ended. */
export async function finishPending(server: Server, pending: Pending): Promise<Booking | null> {
  const wish = await pending.load();
  return wish && book(server, wish, pending);
}

/**
 * Where the customer pays, with whom the theater takes its money; from there the way leads to
 * `return_url`. It is the same payment however often it is asked for.
 */
export async function startPayment(server: Server, reference: string, return_url: string) {
  const body = { flow: "page" as const, return_url };
  const path = "/api/v1/bookings/{reference}/payments/";
  const call = () => taken(server.api.POST(path, { ...of(reference), body }));
  return String((await patiently(call)).client.url);
}

export const getBooking = (server: Server, reference: string) =>
  taken(server.api.GET("/api/v1/bookings/{reference}/", of(reference)));

export const getPayments = (server: Server, reference: string) =>
  taken(server.api.GET("/api/v1/bookings/{reference}/payments/", of(reference)));

/** Where a phone's wallet gets a ticket; null: not offered here. */
export const walletsOf = (server: Server, reference: string, code: string) =>
  taken(
    server.api.GET("/api/v1/bookings/{reference}/tickets/{code}/wallets/", {
      params: { path: { reference, code } },
    }),
  );

export async function getBookings(server: Server, upcoming: boolean): Promise<Booking[]> {
  const ordering = upcoming ? "starts_at" : "-starts_at";
  const query = { upcoming, ordering, page_size: 50 } as const;
  return (await taken(server.api.GET("/api/v1/bookings/", { params: { query } }))).results;
}

/** What comes back if these tickets, or all, are cancelled. */
export const quoteRefund = (server: Server, reference: string, tickets: string[] = []) =>
  taken(
    server.api.GET("/api/v1/bookings/{reference}/refund/", {
      params: {
        path: { reference },
        query: tickets.length ? { tickets: tickets.join(",") } : {},
      },
    }),
  );

/** Without tickets, all of them. `refund`: what the customer saw comes back. */
export type Cancellation = { tickets?: string[]; refund?: string; key: string };

export const cancelBooking = (
  server: Server,
  reference: string,
  { tickets = [], refund, key }: Cancellation,
) =>
  patiently(() =>
    taken(
      server.api.POST("/api/v1/bookings/{reference}/cancel/", {
        params: { path: { reference }, header: { "Idempotency-Key": key } },
        body: { ...(refund ? { refund } : {}), ...(tickets.length ? { tickets } : {}) },
      }),
    ),
  );
