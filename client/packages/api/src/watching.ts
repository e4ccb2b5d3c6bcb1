/** A seat map that is asked for again and again, for apps without a cache of their own. */

import { taken } from "./calls";
import type { SeatMap } from "./holds";
import { Problem } from "./problems";
import type { Server } from "./server";

export type Watching = {
  /** Seconds. */
  every?: number;
  onTrouble?: (error: unknown) => void;
};

/** Keeps a map fresh until `stop()`; `look()` asks at once, for example after a lost seat. */
export function watchSeats(
  server: Server,
  show: number,
  onChange: (map: SeatMap) => void,
  { every = 3, onTrouble = () => {} }: Watching = {},
) {
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout>;
  const read = reader(server, show);

  async function look(): Promise<void> {
    clearTimeout(timer);
    let wait = every * (0.8 + 0.4 * Math.random()); // not all clients at the same instant
    try {
      const map = await read();
      if (map && !isStopped) onChange(map);
    } catch (error) {
      onTrouble(error);
      if (error instanceof Problem && error.status === 404) return;
      wait = (error instanceof Problem && error.retryAfter) || 3 * every;
    }
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(look, wait * 1000);
  }

  void look();
  return {
    look,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

const isPage = "document" in globalThis; // there the browser keeps the map and sends If-None-Match

/** Reads the map, or null where it is as before. */
function reader(server: Server, show: number) {
  let etag = "";
  return async (): Promise<SeatMap | null> => {
    const headers = etag && !isPage ? { "If-None-Match": etag } : {};
    const params = { path: { id: show } };
    const answer = await server.open.GET("/api/v1/shows/{id}/seats/", { params, headers });
    const { response } = answer;
    if (response.status === 304) return null;
    const map = await taken(Promise.resolve(answer));
    const before = etag;
    etag = response.headers.get("ETag") ?? "";
    return before && etag === before ? null : map;
  };
}
