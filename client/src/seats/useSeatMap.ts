import { getSeats } from "@moviebooking/api/holds";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { server } from "../server";
import { useSite } from "../useSite";
import { withTaken } from "./model";
import { useLive } from "./useLive";

const EVERY_MS = 3000;
const IDLE_MS = 60_000;

/**
 * The map as it is now: told by the live map where there is one, else asked for again while it is
 * seen, half as often when nobody has moved for a minute.
 */
export function useSeatMap(id: number) {
  const moved = useRef(Date.now());
  useEffect(() => {
    const note = () => {
      moved.current = Date.now();
    };
    const kinds = ["pointerdown", "keydown", "wheel"] as const;
    for (const kind of kinds) addEventListener(kind, note, { passive: true });
    return () => {
      for (const kind of kinds) removeEventListener(kind, note);
    };
  }, []);
  const taken = useLive(useSite().live_url, id);
  const isLive = taken !== null;
  const found = useQuery({
    queryKey: ["seats", id],
    queryFn: () => getSeats(server, id),
    staleTime: 0,
    refetchOnWindowFocus: "always",
    // Not all clients at the same instant.
    refetchInterval: (query) => {
      if (isLive) return false;
      const slow = (Date.now() - moved.current > IDLE_MS ? 2 : 1) * (query.state.error ? 3 : 1);
      return EVERY_MS * slow * (0.8 + 0.4 * Math.random());
    },
  });
  const map = useMemo(
    () => (found.data && taken ? withTaken(found.data, taken) : found.data),
    [found.data, taken],
  );
  return { ...found, data: map };
}
