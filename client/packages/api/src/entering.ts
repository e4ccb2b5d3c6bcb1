/** Logging in and out, registering, going on as a guest, and a forgotten password. */

import { taken } from "./calls";
import type { Pair, Server } from "./server";
import { isGuest, whoIsHere } from "./who";

export async function logIn(server: Server, email: string, password: string, otp = "") {
  const body = otp ? { email, password, otp } : { email, password };
  await become(server, await taken(server.open.POST("/api/v1/auth/login/", { body })));
}

export async function register(server: Server, name: string, email: string, password: string) {
  const body = { name, email, password };
  await become(server, await taken(server.open.POST("/api/v1/auth/register/", { body })));
}

/** Enters, and takes along what a guest held here. */
async function become(server: Server, pair: Pair): Promise<void> {
  const token = server.session.bring ? null : server.guest;
  // What cannot be claimed has lapsed, or is held already: the next page says so.
  await server.session.bring?.(pair).catch(() => null);
  await server.session.enter(pair);
  server.guest = null;
  if (token) {
    await taken(server.api.POST("/api/v1/holds/claim/", { body: { token } })).catch(() => null);
  }
}

/** Goes on without an account, to hold seats. */
export async function openGuest(server: Server): Promise<void> {
  const pair = await taken(server.open.POST("/api/v1/auth/guest/"));
  server.guest = pair.access;
  await server.session.enter(pair);
}

/**
 * Opens a guest's booking with the key of the link in our mail; an account takes it over. The key
 * opens this booking alone, so it is not used where the guest who booked is still here.
 */
export async function openByKey(server: Server, reference: string, key: string): Promise<void> {
  const body = { reference, key };
  const here = await whoIsHere(server);
  if (here && !isGuest(here)) {
    await taken(server.api.POST("/api/v1/bookings/claim/", { body }));
  } else if (!here || !(await canRead(server, reference))) {
    await server.session.enter(await taken(server.open.POST("/api/v1/auth/booking/", { body })));
  }
}

async function canRead(server: Server, reference: string): Promise<boolean> {
  const { response } = await server.api.GET("/api/v1/bookings/{reference}/", {
    params: { path: { reference } },
  });
  return response.ok;
}

export async function logOut(server: Server): Promise<void> {
  server.guest = null;
  await server.session.leave();
}

/**
 * Mails a code; the answer is the same for an address that nobody has. What it returns sets the
 * password, and keeps the guesses at the code counted for this one alone.
 */
export async function forgetPassword(server: Server, email: string) {
  const { request } = await taken(
    server.open.POST("/api/v1/auth/password/forgot/", { body: { email } }),
  );
  return (code: string, new_password: string) =>
    taken(
      server.open.POST("/api/v1/auth/password/reset/", {
        body: { email, code, new_password, request },
      }),
    );
}
