/** The seats of a show: the map, what I hold, and what it costs. */

import { patiently, taken } from "./calls";
import { refusedWith } from "./problems";
import type { Schemas, Server } from "./server";

export type Seat = Schemas["Seat"];
export type SeatMap = Schemas["SeatMap"];
export type Quote = Schemas["Quote"];
/** `lapsesAt` is on the clock of `performance.now()`: the device's own time may be wrong. */
export type Hold = Schemas["Hold"] & { lapsesAt: number };

const show = (id: number) => ({ params: { path: { id } } });

/** The browser keeps the map and asks by ETag by itself. */
export const getSeats = (server: Server, id: number) =>
  taken(server.open.GET("/api/v1/shows/{id}/seats/", show(id)));

/** Makes my hold exactly these seats. */
export const holdSeats = (server: Server, id: number, seats: string[]): Promise<Hold> =>
  patiently(async () => {
    const asked = performance.now();
    const call = server.api.PUT("/api/v1/shows/{id}/hold/", { ...show(id), body: { seats } });
    return since(asked, await taken(call));
  });

/** All that I hold, what lapses first at the beginning. */
export async function myHolds(server: Server): Promise<Hold[]> {
  const asked = performance.now();
  const { results } = await taken(server.api.GET("/api/v1/holds/"));
  return results.map((hold) => since(asked, hold));
}

/** What I hold of this show, or null. */
export async function myHold(server: Server, id: number): Promise<Hold | null> {
  try {
    return (await myHolds(server)).find((each) => each.show === id) ?? null;
  } catch (error) {
    if (refusedWith(error, "not_authenticated")) return null;
    throw error;
  }
}

/** Counted from before the request was sent, to err on the safe side. */
const since = (asked: number, hold: Schemas["Hold"]): Hold => ({
  ...hold,
  lapsesAt: asked + hold.expires_in * 1000,
});

export const secondsLeft = (hold: Hold) =>
  Math.max(0, Math.floor((hold.lapsesAt - performance.now()) / 1000));

export const releaseSeats = (server: Server, id: number) =>
  patiently(() => taken(server.api.DELETE("/api/v1/shows/{id}/hold/", show(id))));

export type Types = Record<string, string>;

/** What the hold costs with these ticket types by seat and this voucher. */
export const quoteHold = (server: Server, id: number, types: Types, voucher = "") =>
  taken(
    server.api.POST("/api/v1/shows/{id}/hold/quote/", {
      ...show(id),
      body: { types, ...(voucher ? { voucher } : {}) },
    }),
  );

export const ticketTypes = async (server: Server, theater: number) =>
  (
    await taken(
      server.open.GET("/api/v1/theaters/{theater}/ticket-types/", {
        params: { path: { theater }, query: { page_size: 100 } },
      }),
    )
  ).results;
