/** A session of a page that comes from the server itself: a cookie that no script reads. */

import { patiently, taken } from "./calls";
import type { Calls, Pair, Send, Session } from "./server";

/** The tokens of a login are exchanged for the cookie at once, and stored nowhere. */
export const cookie =
  () =>
  (bare: Calls, send: Send): Session => ({
    send,
    // The guest's cookie comes along with the account's token: also after a reload, when no script
    // knows the guest any more.
    async bring({ access }: Pair) {
      const { user } = await taken(bare.GET("/api/v1/auth/session/"));
      if (!user?.is_guest) return;
      const headers = { Authorization: `Bearer ${access}` };
      await patiently(() => taken(bare.POST("/api/v1/holds/claim/", { headers, body: {} })));
    },
    async enter({ access }: Pair) {
      const headers = { Authorization: `Bearer ${access}` };
      await patiently(() => taken(bare.POST("/api/v1/auth/session/", { headers })));
    },
    async leave() {
      await taken(bare.DELETE("/api/v1/auth/session/"));
    },
  });
