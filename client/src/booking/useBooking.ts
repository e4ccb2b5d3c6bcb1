import { type Booking, getBooking } from "@moviebooking/api/bookings";
import { fileOf } from "@moviebooking/api/calls";
import { NoAnswer } from "@moviebooking/api/problems";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { keep, kept } from "../kept";
import { server } from "../server";

const SOON_MS = 1500;
const LATER_MS = 10_000;

/** A booking, asked for again while it waits for money; without a network, what was kept of it. */
export function useBooking(reference: string, isHere: boolean, waitsSince: number | null) {
  return useQuery({
    queryKey: ["mine", "booking", reference],
    queryFn: () => fresh(reference),
    enabled: isHere,
    staleTime: 2_000,
    refetchInterval: (query) => {
      const found = query.state.data;
      if (found?.status !== "pending" && !found?.exchange) return false;
      return waitsSince && Date.now() - waitsSince < 60_000 ? SOON_MS : LATER_MS;
    },
  });
}

async function fresh(reference: string): Promise<Booking> {
  try {
    return await getBooking(server, reference);
  } catch (error) {
    const found = error instanceof NoAnswer ? await kept(reference) : undefined;
    if (found) return found.booking;
    throw error;
  }
}

/** The QR codes of the valid tickets, as addresses of pictures, by the ticket's code. */
export function useCodes(booking: Booking | undefined) {
  const valid = (booking?.tickets ?? []).filter((ticket) => ticket.status === "valid");
  const codes = valid.map((ticket) => ticket.code);
  const found = useQuery({
    queryKey: ["mine", "codes", booking?.reference, codes],
    queryFn: () => freshCodes(booking!.reference, codes),
    enabled: codes.length > 0,
    staleTime: Infinity,
  });
  const pictures = found.data;
  useEffect(() => {
    if (booking && pictures) {
      void keep({ reference: booking.reference, booking, codes: pictures });
      void import("../pages/BookingsPage").catch(() => undefined); // is opened without a network
    }
  }, [booking, pictures]);
  return found;
}

async function freshCodes(reference: string, codes: string[]): Promise<Record<string, string>> {
  try {
    const texts = codes.map(async (code) => {
      const path = `/api/v1/bookings/${reference}/tickets/${code}/qr.svg`;
      const svg = await (await fileOf(server, path)).text();
      return [code, `data:image/svg+xml,${encodeURIComponent(svg)}`] as const;
    });
    return Object.fromEntries(await Promise.all(texts));
  } catch (error) {
    const found = await kept(reference);
    if (found) return found.codes;
    throw error;
  }
}
