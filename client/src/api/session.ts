/**
 * Who is here. The session is a cookie that no script reads (`auth/session/`): tokens are here only
 * between a login and the call that exchanges them for the cookie, and are stored nowhere.
 */

import { api, patiently, taken } from "./client";
import { isGuest, whoIsHere } from "./who";

/** A guest's, kept for `holds/claim/`: who logs in after choosing takes the seats along. */
let guestToken: string | null = null;

const bearer = (access: string) => ({ headers: { Authorization: `Bearer ${access}` } });

const enter = (access: string) =>
  patiently(() => taken(api.POST("/api/v1/auth/session/", bearer(access))));

export async function logIn(email: string, password: string, otp: string): Promise<void> {
  const body = otp ? { email, password, otp } : { email, password };
  await become(await taken(api.POST("/api/v1/auth/login/", { body })));
}

export async function register(name: string, email: string, password: string): Promise<void> {
  const body = { name, email, password };
  await become(await taken(api.POST("/api/v1/auth/register/", { body })));
}

/** Enters, and takes along what a guest held here. */
async function become({ access }: { access: string }): Promise<void> {
  const token = guestToken;
  await enter(access);
  guestToken = null;
  if (token) {
    // What cannot be claimed has lapsed, or is held already: the next page says so.
    await taken(api.POST("/api/v1/holds/claim/", { body: { token } })).catch(() => null);
  }
}

/** Goes on without an account, to hold seats. */
export async function openGuest(): Promise<void> {
  const { access } = await taken(api.POST("/api/v1/auth/guest/"));
  guestToken = access;
  await enter(access);
}

/** Opens a guest's booking with the key of the link in our mail; an account takes it over. */
export async function openByKey(reference: string, key: string): Promise<void> {
  const body = { reference, key };
  const here = await whoIsHere();
  if (here && !isGuest(here)) {
    await taken(api.POST("/api/v1/bookings/claim/", { body }));
  } else {
    await enter((await taken(api.POST("/api/v1/auth/booking/", { body }))).access);
  }
}

export async function logOut(): Promise<void> {
  guestToken = null;
  await taken(api.DELETE("/api/v1/auth/session/"));
}
