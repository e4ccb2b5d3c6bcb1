/**
 * Who is here. The server keeps the session in a cookie that no script reads (`auth/session/`).
 * Where it has no such call, tokens are held in memory, and a reload logs out.
 */

import { language } from "../words";
import { problemOf } from "./client";
import { NoAnswer, Problem } from "./problems";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type User = Omit<Schemas["User"], never>;
type Pair = { access: string; refresh: string };

let pair: Pair | null = null;
/** Kept for `holds/claim/`, if a guest logs in after having chosen seats. */
let guestToken: string | null = null;
let refreshing: Promise<boolean> | null = null;

/** A guest has an address of our own making, to which no mail can go. */
export const isGuest = (user: User) => user.email.endsWith("@guest.invalid");

export const accessToken = () => pair?.access ?? null;

async function call<T>(method: string, path: string, body?: object, token?: string): Promise<T> {
  const headers: Record<string, string> = { "Accept-Language": language() };
  if (body) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  let response: Response;
  let text: string;
  try {
    const signal = AbortSignal.timeout(15_000);
    const init = { method, headers, body: body ? JSON.stringify(body) : null, signal };
    response = await fetch(`/api/v1/${path}`, init);
    text = await response.text();
  } catch (cause) {
    throw new NoAnswer("No answer", { cause });
  }
  const document = text ? parsed(text) : null;
  if (!response.ok) throw problemOf(document, response);
  return document as T;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Who is logged in; null is nobody. A guest is somebody without an address. */
export async function whoIsHere(): Promise<User | null> {
  if (pair) return call<User>("GET", "users/me/", undefined, pair.access);
  try {
    return (await call<{ user: User | null }>("GET", "auth/session/")).user;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function enter(tokens: Pair): Promise<void> {
  pair = tokens;
  try {
    await call("POST", "auth/session/", undefined, tokens.access);
    pair = null; // from now on, the cookie speaks
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

const isMissing = (error: unknown) => error instanceof Problem && error.status === 404;

export async function logIn(email: string, password: string, otp?: string): Promise<void> {
  const body = otp ? { email, password, otp } : { email, password };
  await become(await call<Schemas["LoggedIn"]>("POST", "auth/login/", body));
}

export async function register(name: string, email: string, password: string): Promise<void> {
  await become(
    await call<Schemas["LoggedIn"]>("POST", "auth/register/", { name, email, password }),
  );
}

/** Enters, and takes along what a guest held here. */
async function become(tokens: Pair): Promise<void> {
  const guest = guestToken;
  await enter(tokens);
  guestToken = null;
  if (guest) {
    // What cannot be claimed has lapsed or was somebody else's: the next page says so.
    await call("POST", "holds/claim/", { token: guest }, tokens.access).catch(() => null);
  }
}

/** Goes on without an account, to hold seats. */
export async function openGuest(): Promise<void> {
  const tokens = await call<Schemas["GuestTokens"]>("POST", "auth/guest/");
  guestToken = tokens.access;
  await enter(tokens);
}

/** Opens a guest's booking with the key of the link in our mail; an account takes it over. */
export async function openByKey(reference: string, key: string): Promise<void> {
  const here = await whoIsHere();
  if (here && !isGuest(here)) {
    await call("POST", "bookings/claim/", { reference, key }, pair?.access);
    return;
  }
  await enter(await call<Schemas["GuestTokens"]>("POST", "auth/booking/", { reference, key }));
}

export async function logOut(): Promise<void> {
  guestToken = null;
  const tokens = pair;
  pair = null;
  if (tokens) await call("POST", "auth/logout/", { refresh: tokens.refresh });
  else await call("DELETE", "auth/session/");
}

/** Exchanges the tokens in memory, once for all calls that wait; false if there are none. */
export async function renewed(): Promise<boolean> {
  if (!pair) return false;
  refreshing ??= refresh(pair).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function refresh(old: Pair): Promise<boolean> {
  try {
    pair = await call<Pair>("POST", "auth/refresh/", { refresh: old.refresh });
    return true;
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    pair = null;
    return false;
  }
}
