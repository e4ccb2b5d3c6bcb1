/** The connection to a server: what all calls are given. Nothing here needs a browser. */

import createClient, { type Client } from "openapi-fetch";
import { NoAnswer } from "./problems";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Calls = Client<paths>;
/** Sends a request; throws NoAnswer where nobody answers. */
export type Send = (request: Request) => Promise<Response>;
export type Pair = { access: string; refresh: string };

/** How a request says who sends it: `cookie()` or `tokens(…)`. */
export type Session = {
  /** Sends it as whoever is logged in. */
  send: Send;
  /** Takes along, before `enter`, what a guest holds whose session this still is. */
  bring?(pair: Pair): Promise<void>;
  /** Begins with what a login brought. */
  enter(pair: Pair): Promise<void>;
  leave(): Promise<void>;
};

export type Server = {
  /** Calls on behalf of whoever is logged in. */
  api: Calls;
  /** Public calls: without cookies or tokens, so that browsers may keep the answers and ask by ETag. */
  open: Calls;
  session: Session;
  /** Any request, as whoever is logged in; `path` as in `/api/v1/…`. */
  ask(path: string): Promise<Response>;
  /** A guest's token, kept for `holds/claim/` where the session cannot `bring` what the guest holds. */
  guest: string | null;
};

export type Settings = {
  /** Such as "https://tickets.example.com"; none for pages that come from the server itself. */
  origin?: string;
  session: (bare: Calls, send: Send) => Session;
  /** In which the server writes to who registers or books, such as "de"; else the browser says it. */
  language?: () => string;
  /** Seconds until there is no answer. */
  patience?: number;
  fetch?: (request: Request, init: { signal: AbortSignal }) => Promise<Response>;
};

export function connect(settings: Settings): Server {
  const { origin = "", language, patience = 15 } = settings;
  const ask = settings.fetch ?? ((request, init) => fetch(request, init));
  async function send(request: Request): Promise<Response> {
    if (language && request.method !== "GET") request.headers.set("Accept-Language", language());
    try {
      return await ask(request, { signal: expiry(patience * 1000) });
    } catch (cause) {
      throw new NoAnswer("No answer", { cause });
    }
  }
  const callsBy = (fetch: Send, init = {}) =>
    createClient<paths>({ baseUrl: origin, fetch, ...init });
  const session = settings.session(callsBy(send), send);
  return {
    api: callsBy((request) => session.send(request)),
    open: callsBy(send, { credentials: "omit" }),
    session,
    ask: (path) => session.send(new Request(origin + path)),
    guest: null,
  };
}

/** React Native has no `AbortSignal.timeout`. */
function expiry(after: number): AbortSignal {
  if (AbortSignal.timeout) return AbortSignal.timeout(after);
  const patience = new AbortController();
  setTimeout(() => patience.abort(), after);
  return patience.signal;
}
