import { openGuest } from "@moviebooking/api/entering";
import { holdSeats } from "@moviebooking/api/holds";
import { lostSeats, refusedWith } from "@moviebooking/api/problems";
import { getShow } from "@moviebooking/api/programme";
import type { Schemas } from "@moviebooking/api/server";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { list, money } from "../format";
import { Loading } from "../parts/Loading";
import { Title } from "../parts/Page";
import { ShowFacts } from "../parts/ShowFacts";
import { saying, Trouble } from "../parts/Trouble";
import { Legend } from "../seats/Legend";
import { type SeatMap as Map_, pricesOf, totalOf } from "../seats/model";
import { Party } from "../seats/Party";
import { SeatList } from "../seats/SeatList";
import { SeatMap } from "../seats/SeatMap";
import { server } from "../server";
import "../seats/seats.css";
import { useChoice } from "../seats/useChoice";
import { useSeatMap } from "../seats/useSeatMap";
import { useHold } from "../useHold";
import { useSession } from "../useSession";
import { useSite } from "../useSite";
import { useMoreWords } from "../words";

const NOTHING: ReadonlySet<string> = new Set();

/** The map of a show. The choice is only here until it goes on; then the seats are held. */
export default function SeatsPage({ id }: { id: number }) {
  const t = useMoreWords();
  const show = useQuery({ queryKey: ["show", id], queryFn: () => getShow(server, id) });
  const map = useSeatMap(id);
  if (show.isError || (map.isError && !map.data)) {
    const retry = () => void Promise.all([show.refetch(), map.refetch()]);
    return (
      <div className="narrow">
        <Title>{t.seats.title}</Title>
        <Trouble error={show.error ?? map.error} retry={retry} />
        <Link href="/">{t.toProgramme}</Link>
      </div>
    );
  }
  if (!show.data) return <Loading className="wide" rows={4} />;
  const isOver =
    show.data.status !== "scheduled" || new Date(show.data.starts_at).getTime() < Date.now();
  return (
    <div className="wide seats-page">
      <header className="seats-head">
        <Title text={`${t.seats.title}: ${show.data.movie.title}`}>
          <Link href={`/films/${show.data.movie.id}`}>{show.data.movie.title}</Link>
        </Title>
        <ShowFacts show={show.data} />
      </header>
      {isOver ? (
        <p className="empty">{t.seats.ended}</p>
      ) : (
        <Choosing show={show.data} map={map.data} isLate={map.isError} look={() => map.refetch()} />
      )}
    </div>
  );
}

type ChoosingProps = {
  show: Schemas["Show"];
  map: Map_ | undefined;
  isLate: boolean;
  look: () => unknown;
};

function Choosing({ show, map, isLate, look }: ChoosingProps) {
  const t = useMoreWords();
  const [, go] = useLocation();
  const search = useSearch();
  const session = useSession();
  const queries = useQueryClient();
  const site = useSite();
  const hold = useHold(show.id, session.user !== null);
  const held = hold.data?.seats;
  const mine = useMemo(() => (held ? new Set(held.map((seat) => seat.label)) : NOTHING), [held]);
  const asked = new URLSearchParams(search).get("seats");
  const choice = useChoice(asked ? asked.split(",") : [], {
    map,
    mine,
    limit: site.seats,
  });
  const [view, setView] = useState<"map" | "list">("map");
  const [trouble, setTrouble] = useState<unknown>(null);
  const [isHolding, setHolding] = useState(false);
  const prices = useMemo(
    () =>
      Object.fromEntries(
        map ? pricesOf(map).map((each) => [each.category, money(each.price, map.currency)]) : [],
      ),
    [map],
  );
  const kept = useStable(prices);
  useHeldAtFirst(held, choice, asked);

  async function goOn() {
    if (isHolding) return;
    if (!choice.chosen.length) return choice.say(t.seats.chooseFirst);
    setHolding(true);
    setTrouble(null);
    try {
      if (!session.user) await session.change(() => openGuest(server));
      const found = await holdSeats(server, show.id, choice.chosen);
      // What was asked before the seats were held must not answer after it.
      await queries.cancelQueries({ queryKey: ["mine", "hold", show.id] });
      queries.setQueryData(["mine", "hold", show.id], found);
      go(`/checkout/${show.id}`);
    } catch (error) {
      if (!lostSeats(error).length) setTrouble(error);
      look(); // the map says which are gone
    } finally {
      setHolding(false);
    }
  }

  function takeInstead(seats: string[]) {
    setTrouble(null);
    choice.take(seats);
  }

  const total = map ? totalOf(map, choice.chosen) : 0;
  const isSoldOut = map ? !map.seats.some((seat) => seat.status === "available") : false;
  return (
    <div className="choosing">
      <Party choice={choice} categories={map ? pricesOf(map).map((each) => each.category) : []} />
      <section className="room" aria-label={t.seats.title}>
        <div className="views" role="group" aria-label={t.seats.view}>
          {(["map", "list"] as const).map((each) => (
            <button
              type="button"
              key={each}
              aria-pressed={view === each}
              onClick={() => setView(each)}
            >
              {t.seats[each]}
            </button>
          ))}
        </div>
        {isLate && <p className="notice">{t.seats.stillLooking}</p>}
        {isSoldOut && !choice.chosen.length && <p className="notice">{t.seats.soldOut}</p>}
        {!map ? (
          <div
            className="bone"
            style={{
              height: `calc(7.5rem + ${show.rows} * clamp(24px, (100vw - 5rem) / ${show.columns}, 40px))`,
            }}
          />
        ) : view === "map" ? (
          <SeatMap
            map={map}
            chosen={choice.chosen}
            mine={mine}
            prices={kept}
            onToggle={choice.onToggle}
          />
        ) : (
          <SeatList
            map={map}
            size={choice.size}
            chosen={choice.chosen}
            mine={mine}
            onChoose={choice.take}
          />
        )}
        {map && view === "map" && <Legend map={map} />}
      </section>
      <aside className="basket" aria-label={t.seats.chosen(choice.chosen.length)}>
        <div role="alert">
          {trouble !== null && <Refusal error={trouble} onTake={takeInstead} />}
          {choice.advice?.kind === "lost" && <AdviceLine choice={choice} />}
        </div>
        {choice.advice?.kind === "orphan" && <AdviceLine choice={choice} />}
        <p role="status" className={choice.said ? "said" : "hidden"}>
          {choice.said}
        </p>
        <div className="sum">
          <div>
            <strong>
              {choice.chosen.length ? t.seats.chosen(choice.chosen.length) : t.seats.none}
            </strong>
            <span className="soft">{list(choice.chosen)}</span>
          </div>
          {choice.chosen.length > 0 && (
            <strong className="total">{money(total, show.currency)}</strong>
          )}
          <button
            type="button"
            className="main"
            aria-disabled={!choice.chosen.length || isHolding}
            onClick={() => void goOn()}
          >
            {isHolding ? t.seats.holding : t.seats.goOn}
          </button>
        </div>
      </aside>
    </div>
  );
}

type RefusalProps = { error: unknown; onTake: (seats: string[]) => void };

/** Why the seats are not held, and a way to those that the server proposes. */
function Refusal({ error, onTake }: RefusalProps) {
  const t = useMoreWords();
  const instead = refusedWith(error, "single_seat_left") ? error.document.instead : [];
  return (
    <div className="notice bad">
      <p>{instead.length ? t.problems.single_seat_left : saying(error, t)}</p>
      {instead.length > 0 && (
        <button type="button" className="quiet" onClick={() => onTake(instead)}>
          {t.instead(list(instead))}
        </button>
      )}
    </div>
  );
}

function AdviceLine({ choice }: { choice: ReturnType<typeof useChoice> }) {
  const { advice } = choice;
  if (!advice) return null;
  return (
    <div className={`notice ${advice.kind === "lost" ? "bad" : ""}`}>
      <p>{advice.text}</p>
      {advice.action && (
        <button type="button" className="quiet" onClick={() => choice.take(advice.seats)}>
          {advice.action}
        </button>
      )}
    </div>
  );
}

/** The same object as long as it says the same, so that rows are not drawn for nothing. */
function useStable<T>(value: T): T {
  const text = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: its text is what it is
  return useMemo(() => value, [text]);
}

/** Who comes back from the checkout finds the held seats chosen. */
function useHeldAtFirst(
  held: Schemas["HeldSeat"][] | undefined,
  choice: ReturnType<typeof useChoice>,
  asked: string | null,
) {
  const isDone = useRef(asked !== null);
  useEffect(() => {
    if (!held || isDone.current) return;
    isDone.current = true;
    if (held.length && !choice.chosen.length) {
      choice.take(
        held.map((seat) => seat.label),
        "",
      );
    }
  });
}
