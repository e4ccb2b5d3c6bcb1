import { useEffect, useState } from "react";
import type { Taken } from "./model";

/** What is not free, told as it changes; null while there is no live map, and one has to poll. */
export function useLive(liveUrl: string | null, show: number): Taken | null {
  const [taken, setTaken] = useState<Taken | null>(null);
  useEffect(() => {
    if (!liveUrl) return;
    let source: EventSource | null = null;
    const read = (event: MessageEvent) => JSON.parse(String(event.data)) as Taken;
    const close = () => {
      source?.close();
      source = null;
      setTaken(null);
    };
    const open = () => {
      source = new EventSource(`${liveUrl}/shows/${show}/`);
      source.addEventListener("map", (event) => setTaken(read(event)));
      source.addEventListener("change", (event) => {
        const changed = read(event);
        setTaken((before) => ({ ...before, ...changed }));
      });
      // The browser tries again by itself, unless it was refused.
      source.addEventListener("error", () => setTaken(null));
    };
    // A browser has few connections: none for a page that nobody sees.
    const look = () => {
      if (document.hidden) close();
      else if (!source) open();
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      close();
    };
  }, [liveUrl, show]);
  return taken;
}
