import { myHold } from "@moviebooking/api/holds";
import { useQuery } from "@tanstack/react-query";
import { server } from "./server";

/** What I hold of this show. Nobody who is not here holds anything. */
export const useHold = (id: number, isHere: boolean) =>
  useQuery({
    queryKey: ["mine", "hold", id],
    queryFn: () => myHold(server, id),
    enabled: isHere,
    staleTime: 5_000,
    refetchOnWindowFocus: "always",
  });
