import { useEffect, useMemo, useState } from "react";
import { list } from "../format";
import { useMoreWords } from "../words";
import {
  best,
  lost,
  nearest,
  orphans,
  type Seat,
  type SeatMap,
  toggle,
  withoutOrphans,
} from "./model";

export type Advice = { kind: "lost" | "orphan"; text: string; action: string; seats: string[] };
type Options = { map: SeatMap | undefined; mine: ReadonlySet<string>; limit: number };

/** The seats that somebody chooses, what is to be said about them, and better ones. */
export function useChoice(initial: string[], { map, mine, limit }: Options) {
  const t = useMoreWords();
  const [chosen, setChosen] = useState(initial);
  const [size, setSize] = useState(initial.length || 2);
  const [accessible, setAccessible] = useState(false);
  const [category, setCategory] = useState("");
  const [said, setSaid] = useState("");
  const [gone, setGone] = useState<{ seats: string[]; whole: string[] } | null>(null);

  // Somebody else was quicker: say so at once, keep the rest.
  useEffect(() => {
    if (!map) return;
    const seats = lost(map, chosen, mine);
    if (!seats.length) return;
    setSaid("");
    setGone({ seats, whole: chosen });
    setChosen(chosen.filter((label) => !seats.includes(label)));
  }, [map, mine, chosen]);

  const advice = useMemo(
    () => (map ? adviceFor(map, chosen, mine, gone, t) : null),
    [map, chosen, mine, gone, t],
  );

  function take(seats: string[], words = t.seats.picked(list(seats))) {
    setGone(null);
    setChosen(seats);
    setSaid(words);
  }

  return {
    chosen,
    size,
    accessible,
    category,
    said,
    advice,
    take,
    setCategory,
    setAccessible,
    setSize: (wanted: number) => setSize(Math.max(1, Math.min(limit, wanted))),
    onToggle(seat: Seat) {
      const change = toggle(seat, chosen, { limit, mine, accessible });
      if (change.refused === "taken") setSaid(t.seats.isTaken(seat.label));
      else if (change.refused === "limit") setSaid(t.seats.limit(limit));
      else if (change.refused) setSaid(t.seats.forWheelchairs);
      else {
        setSaid("");
        setGone(null);
        setChosen(change.chosen);
        if (change.chosen.length > size) setSize(change.chosen.length);
      }
    },
    takeBest() {
      if (!map) return;
      const wish = { size, accessible, category: category || undefined };
      const seats = best(map, wish, mine);
      if (!seats.length) return setSaid(t.seats.noneTogether(size));
      take(seats, isTogether(map, seats) ? t.seats.picked(list(seats)) : t.seats.split);
    },
    say: setSaid,
  };
}

function isTogether(map: SeatMap, labels: string[]): boolean {
  const seats = map.seats.filter((seat) => labels.includes(seat.label));
  const columns = seats.map((seat) => seat.column);
  const isOneRow = new Set(seats.map((seat) => seat.line)).size === 1;
  return isOneRow && Math.max(...columns) - Math.min(...columns) === seats.length - 1;
}

function adviceFor(
  map: SeatMap,
  chosen: string[],
  mine: ReadonlySet<string>,
  gone: { seats: string[]; whole: string[] } | null,
  t: ReturnType<typeof useMoreWords>,
): Advice | null {
  if (gone) {
    const seats = nearest(map, gone.whole, mine);
    const rest = chosen.length ? ` ${t.seats.lostSome}` : "";
    const text = t.seats.lost(list(gone.seats)) + rest;
    return { kind: "lost", text, action: seats.length ? t.instead(list(seats)) : "", seats };
  }
  const alone = orphans(map, chosen, mine)[0];
  if (!alone) return null;
  const seats = withoutOrphans(map, chosen, mine);
  if (!seats.length) return null;
  const text = t.seats.orphan(alone.label);
  return { kind: "orphan", text, action: t.seats.orphanBetter(list(seats)), seats };
}
