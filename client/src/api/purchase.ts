/** From the seats to the ticket. */

import { api, open, patiently, type Schemas, taken } from "./client";
import { Problem, refusedWith } from "./problems";

export type Seat = Schemas["Seat"];
export type SeatMap = Schemas["SeatMap"];
export type Quote = Schemas["Quote"];
export type Booking = Schemas["Booking"];
export type RefundQuote = Schemas["RefundQuote"];
/** `lapsesAt` is on the clock of `performance.now()`: the device's own time may be wrong. */
export type Hold = Schemas["Hold"] & { lapsesAt: number };

const show = (id: number) => ({ params: { path: { id } } });
const of = (reference: string) => ({ params: { path: { reference } } });

/** The browser keeps the map and asks by ETag by itself. */
export const getSeats = (id: number) => taken(open.GET("/api/v1/shows/{id}/seats/", show(id)));

/** Makes my hold exactly these seats. */
export const holdSeats = (id: number, seats: string[]): Promise<Hold> =>
  patiently(async () => {
    const asked = performance.now();
    const call = api.PUT("/api/v1/shows/{id}/hold/", { ...show(id), body: { seats } });
    const hold = await taken(call);
    return { ...hold, lapsesAt: asked + hold.expires_in * 1000 };
  });

/** What I hold of this show, or null. */
export async function myHold(id: number): Promise<Hold | null> {
  const asked = performance.now();
  try {
    const { results } = await taken(api.GET("/api/v1/holds/"));
    const hold = results.find((each) => each.show === id);
    return hold ? { ...hold, lapsesAt: asked + hold.expires_in * 1000 } : null;
  } catch (error) {
    if (refusedWith(error, "not_authenticated")) return null;
    throw error;
  }
}

export const releaseSeats = (id: number) =>
  patiently(() => taken(api.DELETE("/api/v1/shows/{id}/hold/", show(id))));

export type Types = Record<string, string>;

/** What the hold costs with these ticket types by seat and this voucher. */
export const quoteHold = (id: number, types: Types, voucher: string) =>
  taken(
    api.POST("/api/v1/shows/{id}/hold/quote/", {
      ...show(id),
      body: { types, ...(voucher ? { voucher } : {}) },
    }),
  );

export const ticketTypes = async (theater: number) =>
  (
    await taken(
      open.GET("/api/v1/theaters/{theater}/ticket-types/", {
        params: { path: { theater }, query: { page_size: 100 } },
      }),
    )
  ).results;

export type Wish = Omit<Schemas["BookingRequest"], "seats" | "at_counter"> & { key: string };

const PENDING = "pending-booking";

/** What was sent and has no outcome yet: a reload goes on with it. */
export function pendingWish(): Wish | null {
  const text = sessionStorage.getItem(PENDING);
  return text ? (JSON.parse(text) as Wish) : null;
}

/** The key stands for what the customer wants: made at the press, and kept until an outcome. */
export async function book(wish: Wish): Promise<Booking> {
  sessionStorage.setItem(PENDING, JSON.stringify(wish));
  const { key, ...body } = wish;
  const params = { header: { "Idempotency-Key": key } };
  try {
    const booking = await patiently(() => taken(api.POST("/api/v1/bookings/", { params, body })));
    sessionStorage.removeItem(PENDING);
    return booking;
  } catch (error) {
    const nothing = error instanceof Problem && [400, 404, 409, 422].includes(error.status);
    if (nothing) sessionStorage.removeItem(PENDING);
    throw error;
  }
}

/** `crypto.randomUUID` is there over HTTPS and on localhost only. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const PROVIDERS = ["demo", "stripe"];

/** Where the customer pays. It is the same payment however often it is asked for. */
export async function startPayment(reference: string): Promise<string> {
  const return_url = `${location.origin}/bookings/${reference}?paid`;
  for (const provider of PROVIDERS) {
    const body = { provider, flow: "page" as const, return_url };
    const path = "/api/v1/bookings/{reference}/payments/";
    try {
      const started = await patiently(() => taken(api.POST(path, { ...of(reference), body })));
      return String((started.client as { url?: string }).url);
    } catch (error) {
      const other = refusedWith(error, "payment_not_offered", "unknown_provider");
      if (!other || provider === PROVIDERS.at(-1)) throw error;
    }
  }
  throw new Error("No provider");
}

export const getBooking = (reference: string) =>
  taken(api.GET("/api/v1/bookings/{reference}/", of(reference)));

export const getPayments = (reference: string) =>
  taken(api.GET("/api/v1/bookings/{reference}/payments/", of(reference)));

export async function getBookings(upcoming: boolean): Promise<Booking[]> {
  const ordering = upcoming ? "starts_at" : "-starts_at";
  const query = { upcoming, ordering, page_size: 50 } as const;
  return (await taken(api.GET("/api/v1/bookings/", { params: { query } }))).results;
}

/** What comes back if these tickets, or all, are cancelled. */
export const quoteRefund = (reference: string, tickets: string[]) =>
  taken(
    api.GET("/api/v1/bookings/{reference}/refund/", {
      params: {
        path: { reference },
        query: tickets.length ? { tickets: tickets.join(",") } : {},
      },
    }),
  );

export const cancelBooking = (reference: string, tickets: string[], refund: string, key: string) =>
  patiently(() =>
    taken(
      api.POST("/api/v1/bookings/{reference}/cancel/", {
        params: { path: { reference }, header: { "Idempotency-Key": key } },
        body: { refund, ...(tickets.length ? { tickets } : {}) },
      }),
    ),
  );
