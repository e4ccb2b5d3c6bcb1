import { type Booking, walletsOf } from "@moviebooking/api/bookings";
import { useQuery } from "@tanstack/react-query";
import { server } from "../server";

type Wallets = Awaited<ReturnType<typeof walletsOf>>;

/** Where wallets get the valid tickets, by the ticket's code; nothing where none is offered. */
export function useWallets({ reference, tickets }: Booking): Record<string, Wallets> {
  const codes = tickets.filter((each) => each.status === "valid").map((each) => each.code);
  const found = useQuery({
    queryKey: ["mine", "wallets", reference, codes],
    queryFn: () => walletsOfAll(reference, codes),
    enabled: codes.length > 0,
    retry: false,
    staleTime: Infinity,
  });
  return found.data ?? {};
}

/** The first tells what the server offers: mostly nothing, and then the others are not asked. */
async function walletsOfAll(reference: string, [first = "", ...others]: string[]) {
  const offered = await walletsOf(server, reference, first);
  if (!offered.apple && !offered.google) return {};
  const rest = others.map(
    async (code) => [code, await walletsOf(server, reference, code)] as const,
  );
  return Object.fromEntries([[first, offered] as const, ...(await Promise.all(rest))]);
}
