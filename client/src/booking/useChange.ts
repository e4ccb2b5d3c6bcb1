import type { Booking } from "@moviebooking/api/bookings";
import { newKey } from "@moviebooking/api/keys";
import { refusedWith } from "@moviebooking/api/problems";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

type Change = {
  reference: string;
  /** The refusal that says that what was told before is no longer so. */
  outdated: "price_changed" | "refund_changed";
  onOutdated: () => void;
};

/** Changes a booking once for each wish, however often it is sent, and keeps it as it is then. */
export function useChange({ reference, outdated, onOutdated }: Change) {
  const queries = useQueryClient();
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const last = useRef({ wish: "", key: "" });

  async function send(
    wish: string,
    change: (key: string) => Promise<Booking>,
    onDone: (changed: Booking) => unknown,
  ) {
    if (isSending) return;
    setSending(true);
    setError(null);
    if (last.current.wish !== wish) last.current = { wish, key: newKey() };
    try {
      const changed = await change(last.current.key);
      await queries.cancelQueries({ queryKey: ["mine", "booking", reference] });
      queries.setQueryData(["mine", "booking", reference], changed);
      void queries.invalidateQueries({ queryKey: ["mine", "bookings"] });
      await onDone(changed);
    } catch (found) {
      setError(found);
      setSending(false);
      if (refusedWith(found, outdated)) onOutdated();
    }
  }
  return { send, isSending, error };
}
