/** Who is here: apart from logging in, because every page asks it. */

import { api, type Schemas, taken } from "./client";

export type User = Schemas["User"];

/** A guest has an address of our own making, to which no mail can go. */
export const isGuest = (user: User) => user.email.endsWith("@guest.invalid");

/** Who is logged in; null is nobody. */
export const whoIsHere = async (): Promise<User | null> =>
  (await taken(api.GET("/api/v1/auth/session/"))).user;
