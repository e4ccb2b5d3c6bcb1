import { type Hold, ticketTypes } from "@moviebooking/api/holds";
import { getShow, getTheater } from "@moviebooking/api/programme";
import type { Schemas } from "@moviebooking/api/server";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { Buying } from "../checkout/Buying";
import { Who } from "../checkout/Who";
import { server } from "../server";
import "../checkout/checkout.css";
import { list } from "../format";
import { Countdown } from "../parts/Countdown";
import { Loading } from "../parts/Loading";
import { Title } from "../parts/Page";
import { Poster } from "../parts/Poster";
import { ShowFacts } from "../parts/ShowFacts";
import { Trouble } from "../parts/Trouble";
import { useHold } from "../useHold";
import { useSession } from "../useSession";
import { useMoreWords } from "../words";

/** From held seats to a booking: who buys, what it costs, and the press of the button. */
export default function CheckoutPage({ id }: { id: number }) {
  const t = useMoreWords();
  const session = useSession();
  const show = useQuery({ queryKey: ["show", id], queryFn: () => getShow(server, id) });
  const hold = useHold(id, session.user !== null);
  const theater = useTheater(show.data);
  const error = show.error ?? hold.error ?? theater.error;
  const isNobody = session.isKnown && session.user === null;
  const isReady = show.data && theater.data && (hold.data !== undefined || isNobody);
  return (
    <div className="wide checkout">
      <Title>{t.checkout.title}</Title>
      {error ? (
        <Trouble
          error={error}
          retry={() => void Promise.all([show.refetch(), hold.refetch(), theater.refetch()])}
        />
      ) : !isReady ? (
        <Loading rows={3} />
      ) : hold.data ? (
        <Held show={show.data!} hold={hold.data} theater={theater.data!} />
      ) : (
        <Lapsed show={id} seats={[]} />
      )}
    </div>
  );
}

function useTheater(show: Schemas["Show"] | undefined) {
  const id = show?.theater.id ?? 0;
  return useQuery({
    queryKey: ["selling", id],
    queryFn: async () => {
      const [theater, types] = await Promise.all([getTheater(server, id), ticketTypes(server, id)]);
      return { ...theater, types };
    },
    enabled: id > 0,
    staleTime: 5 * 60_000,
  });
}

/** The choice stays in the address of the map, to be made again with one press. */
function Lapsed({ show, seats }: { show: number; seats: string[] }) {
  const t = useMoreWords();
  const query = seats.length ? `?seats=${seats.join(",")}` : "";
  return (
    <div className="notice" role="alert">
      <p>{seats.length ? t.checkout.lapsed : t.checkout.empty}</p>
      <Link className="button quiet" href={`/shows/${show}${query}`}>
        {seats.length ? t.checkout.again : t.seats.title}
      </Link>
    </div>
  );
}

type Selling = Schemas["Theater"] & { types: Schemas["TicketType"][] };
type HeldProps = { show: Schemas["Show"]; hold: Hold; theater: Selling };
export type Buyer = { name: string; email: string } | null;

function Held({ show, hold, theater }: HeldProps) {
  const t = useMoreWords();
  const { user, isGuest } = useSession();
  const queries = useQueryClient();
  const [isLapsed, setLapsed] = useState(false);
  const [guest, setGuest] = useState<Buyer>(null);
  const seats = hold.seats.map((seat) => seat.label);
  if (isLapsed) return <Lapsed show={show.id} seats={seats} />;
  function lapse() {
    setLapsed(true);
    void queries.invalidateQueries({ queryKey: ["seats", show.id] });
  }
  return (
    <>
      <Countdown lapsesAt={hold.lapsesAt} onLapse={lapse} />
      <div className="checkout-columns">
        <div className="form">
          {user && (!isGuest || guest) ? (
            <>
              <WhoIs name={guest ?? user} onChange={guest ? () => setGuest(null) : undefined} />
              <Buying show={show} hold={hold} theater={theater} guest={guest} onLapse={lapse} />
            </>
          ) : (
            <Who onGuest={setGuest} />
          )}
        </div>
        <aside className="card what" aria-label={show.movie.title}>
          <Poster title={show.movie.title} url={show.movie.poster_url} />
          <div>
            <h2>{show.movie.title}</h2>
            <ShowFacts show={show} />
            <p className="soft">
              {t.seats.chosen(seats.length)}: {list(seats)}
            </p>
            <Link href={`/shows/${show.id}`}>{t.checkout.change}</Link>
          </div>
        </aside>
      </div>
    </>
  );
}

type WhoIsProps = { name: { name: string; email: string }; onChange: (() => void) | undefined };

function WhoIs({ name, onChange }: WhoIsProps) {
  const t = useMoreWords();
  return (
    <section className="card who-is" aria-label={t.checkout.who}>
      <p>
        <strong>{name.name}</strong>
        <span className="soft"> {name.email}</span>
      </p>
      {onChange && (
        <button type="button" className="plain" onClick={onChange}>
          {t.checkout.notYou}
        </button>
      )}
    </section>
  );
}
