/** A session of an app, or of a page of another origin: an access token here, a refresh token stored. */

import { pause, taken } from "./calls";
import { Problem, refusedWith } from "./problems";
import type { Calls, Pair, Send, Session } from "./server";

/** Where the refresh token is kept: the keychain of a phone. */
export type TokenStore = {
  load(): Promise<string | null>;
  save(token: string | null): Promise<void>;
  /** Runs one refresh at a time where several tabs have this store, as with `navigator.locks`. */
  alone?<T>(work: () => Promise<T>): Promise<T>;
};

/** `onLoggedOut`: the session has ended, show the login. */
export const tokens =
  (store: TokenStore, onLoggedOut = () => {}) =>
  (bare: Calls, send: Send): Session => {
    let access: string | null = null;
    let refreshing: Promise<string | null> | null = null;

    /** Calls that find at the same time that a token has run out share one refresh. */
    function renew(): Promise<string | null> {
      refreshing ??= (store.alone ? store.alone(refresh) : refresh()).finally(() => {
        refreshing = null;
      });
      return refreshing;
    }

    /** A new access token, or null when nobody is logged in. */
    async function refresh(): Promise<string | null> {
      access = null;
      const token = await store.load();
      if (!token) return null;
      try {
        const body = { refresh: token };
        return await keep(await taken(bare.POST("/api/v1/auth/refresh/", { body })));
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 401) throw error;
        if (refusedWith(error, "refresh_superseded")) await pause(1); // another tab is storing its token
      }
      if ((await store.load()) !== token) return refresh();
      await store.save(null);
      onLoggedOut();
      return null;
    }

    /** The new refresh token is stored before anything else happens: the old one is void. */
    async function keep(pair: Pair): Promise<string> {
      await store.save(pair.refresh);
      access = pair.access;
      return access;
    }

    return {
      /** One that has run out is renewed and the call repeated: it was refused before any effect. */
      async send(request) {
        const again = request.clone();
        const token = access ?? (await renew());
        const response = await send(signed(request, token));
        if (!token || !(await hasRunOut(response))) return response;
        if (access === token) access = null; // unless another call has renewed it already
        return send(signed(again, access ?? (await renew())));
      },
      async enter(pair) {
        await keep(pair);
      },
      async leave() {
        const token = await store.load();
        access = null;
        await store.save(null);
        const body = { refresh: token ?? "" };
        if (token) await taken(bare.POST("/api/v1/auth/logout/", { body }));
      },
    };
  };

function signed(request: Request, token: string | null): Request {
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

async function hasRunOut(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const document = await response
    .clone()
    .json()
    .catch(() => null);
  return document?.code === "token_not_valid";
}
