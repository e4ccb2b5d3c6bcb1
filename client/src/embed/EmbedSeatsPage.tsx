import { getShow } from "@moviebooking/api/programme";
import type { Schemas } from "@moviebooking/api/server";
import { useQuery } from "@tanstack/react-query";
import { type MouseEvent, useMemo } from "react";
import { Link } from "wouter";
import { list, money } from "../format";
import { Loading } from "../parts/Loading";
import { Title } from "../parts/Page";
import { ShowFacts } from "../parts/ShowFacts";
import { Trouble } from "../parts/Trouble";
import { Legend } from "../seats/Legend";
import { type SeatMap as Map_, pricesOf, totalOf } from "../seats/model";
import { Party } from "../seats/Party";
import { SeatMap } from "../seats/SeatMap";
import "../seats/seats.css";
import { useChoice } from "../seats/useChoice";
import { useSeatMap } from "../seats/useSeatMap";
import { server } from "../server";
import { useSite } from "../useSite";
import { useMoreWords } from "../words";

const NOTHING: ReadonlySet<string> = new Set();

/** A show's map in a frame. Nothing is held here: the choice goes on in the address, at the top. */
export default function EmbedSeatsPage({ id }: { id: number }) {
  const t = useMoreWords();
  const show = useQuery({ queryKey: ["show", id], queryFn: () => getShow(server, id) });
  const map = useSeatMap(id);
  const trouble = show.error ?? (map.data ? null : map.error);
  if (trouble) {
    const retry = () => void Promise.all([show.refetch(), map.refetch()]);
    return (
      <div className="narrow">
        <Title>{t.seats.title}</Title>
        <Trouble error={trouble} retry={retry} />
        <Link href="/">{t.toProgramme}</Link>
      </div>
    );
  }
  if (!show.data || !map.data) return <Loading className="wide" rows={4} />;
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
        <Choosing show={show.data} map={map.data} />
      )}
    </div>
  );
}

function Choosing({ show, map }: { show: Schemas["Show"]; map: Map_ }) {
  const t = useMoreWords();
  const { seats: limit } = useSite();
  const choice = useChoice([], { map, mine: NOTHING, limit });
  const known = JSON.stringify(pricesOf(map));
  // biome-ignore lint/correctness/useExhaustiveDependencies: its text is what the prices are
  const prices = useMemo(
    () =>
      Object.fromEntries(
        pricesOf(map).map((each) => [each.category, money(each.price, map.currency)]),
      ),
    [known],
  );
  const { chosen, advice } = choice;
  const goOn = (event: MouseEvent) => {
    if (chosen.length) return;
    event.preventDefault();
    choice.say(t.seats.chooseFirst);
  };
  return (
    <div className="choosing">
      <Party choice={choice} categories={pricesOf(map).map((each) => each.category)} />
      <section className="room" aria-label={t.seats.title}>
        <SeatMap
          map={map}
          chosen={chosen}
          mine={NOTHING}
          prices={prices}
          onToggle={choice.onToggle}
        />
        <Legend map={map} />
      </section>
      <aside className="basket" aria-label={t.seats.chosen(chosen.length)}>
        <div role="alert">
          {advice?.kind === "lost" && <p className="notice bad">{advice.text}</p>}
        </div>
        <p role="status" className={choice.said ? "said" : "hidden"}>
          {choice.said}
        </p>
        <div className="sum">
          <div>
            <strong>{chosen.length ? t.seats.chosen(chosen.length) : t.seats.none}</strong>
            <span className="soft">{list(chosen)}</span>
          </div>
          {chosen.length > 0 && (
            <strong className="total">{money(totalOf(map, chosen), show.currency)}</strong>
          )}
          <a
            className="button main"
            href={`/shows/${show.id}?seats=${chosen.join(",")}`}
            target="_top"
            onClick={goOn}
          >
            {t.seats.goOn}
          </a>
        </div>
      </aside>
    </div>
  );
}
