/** Who is here: apart from logging in, because every page asks it. */

import { taken } from "./calls";
import type { Schemas, Server } from "./server";

export type User = Schemas["User"];

/** A guest has an address of the server's making, to which no mail can go. */
export const isGuest = (user: User) => user.is_guest;

/** Who is logged in; null is nobody. */
export const whoIsHere = async (server: Server): Promise<User | null> =>
  (await taken(server.api.GET("/api/v1/auth/session/"))).user;
