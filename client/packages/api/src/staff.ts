/** Working in a theater: invitations, and what one may do where. */

import { taken } from "./calls";
import type { Schemas, Server } from "./server";

/** One's role in a theater, and what one `may` do there. */
export type MyRole = Schemas["MyRole"];

/** Accepts with the key of the link in our mail, as the account with the address it went to. */
export const acceptInvitation = (server: Server, key: string): Promise<MyRole> =>
  taken(server.api.POST("/api/v1/invitations/accept/", { body: { key } }));

export const getMyRoles = async (server: Server): Promise<MyRole[]> =>
  (
    await taken(
      server.api.GET("/api/v1/users/me/roles/", { params: { query: { page_size: 100 } } }),
    )
  ).results;
