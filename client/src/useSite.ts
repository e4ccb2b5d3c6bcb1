import { getSite } from "@moviebooking/api/programme";
import { useQuery } from "@tanstack/react-query";
import { server } from "./server";

/** What the site is and offers; until that is known, an ordinary one. */
export function useSite() {
  const found = useQuery({
    queryKey: ["site"],
    queryFn: () => getSite(server),
    staleTime: 5 * 60_000,
  });
  return found.data ?? UNKNOWN;
}

const UNKNOWN = {
  name: "",
  cities: [] as string[],
  languages: ["en", "de"],
  live_url: null,
  imprint_url: null,
  privacy_url: null,
  guest: true,
  seats: 10,
  cancel_minutes: 60,
};
