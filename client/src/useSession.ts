import { isGuest, whoIsHere } from "@moviebooking/api/who";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { server } from "./server";

/** Who is here; `isKnown` is false until the server has said it. */
export function useSession() {
  const queries = useQueryClient();
  const found = useQuery({
    queryKey: ["session"],
    queryFn: () => whoIsHere(server),
    staleTime: 5 * 60_000,
  });
  const user = found.data ?? null;
  const again = async () => {
    queries.removeQueries({ queryKey: ["mine"] });
    await queries.invalidateQueries({ queryKey: ["session"] });
  };
  return {
    user,
    isGuest: user !== null && isGuest(user),
    isKnown: !found.isPending,
    /** There was no answer: perhaps there is no network. */
    isUnknown: found.isError,
    /** Runs what changes who is here, and asks again. */
    async change<T>(work: () => Promise<T>): Promise<T> {
      const done = await work();
      await again();
      return done;
    },
  };
}
