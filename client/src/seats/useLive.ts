import { type Taken, watchLive } from "@moviebooking/api/live";
import { useEffect, useState } from "react";

/** What is not free, told as it changes; null while there is no live map, and one has to poll. */
export function useLive(liveUrl: string | null, show: number): Taken | null {
  const [taken, setTaken] = useState<Taken | null>(null);
  useEffect(() => {
    if (!liveUrl) return;
    let stop: (() => void) | null = null;
    const close = () => {
      stop?.();
      stop = null;
      setTaken(null);
    };
    const open = () => {
      stop = watchLive(liveUrl, show, {
        connect: (address) => new EventSource(address),
        onMap: setTaken,
        onChange: (changed) => setTaken((before) => ({ ...before, ...changed })),
        onState: (isOpen) => !isOpen && setTaken(null),
      });
    };
    // A browser has few connections: none for a page that nobody sees.
    const look = () => {
      if (document.hidden) close();
      else if (!stop) open();
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
