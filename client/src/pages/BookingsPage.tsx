import { type Booking, getBookings } from "@moviebooking/api/bookings";
import { NoAnswer } from "@moviebooking/api/problems";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { server } from "../server";
import "../booking/booking.css";
import { momentOf } from "../format";
import { allKept } from "../kept";
import { Loading } from "../parts/Loading";
import { Title } from "../parts/Page";
import { Poster } from "../parts/Poster";
import { Trouble } from "../parts/Trouble";
import { useSession } from "../useSession";
import { useMoreWords } from "../words";

/** What is coming, what has been, and what was cancelled. */
export default function BookingsPage() {
  const t = useMoreWords();
  const session = useSession();
  const [isUpcoming, setUpcoming] = useState(true);
  const isNobody = session.isKnown && !session.user && !session.isUnknown;
  return (
    <div className="narrow">
      <Title>{t.bookings.title}</Title>
      {isNobody ? (
        <>
          <p>{t.bookings.needsLogin}</p>
          <div className="actions">
            <Link className="button main" href="/login?to=/bookings">
              {t.logIn}
            </Link>
            <Link className="button quiet" href="/">
              {t.toProgramme}
            </Link>
          </div>
        </>
      ) : (
        <>
          {session.isGuest && <p className="notice">{t.bookings.guest}</p>}
          <div className="views" role="group" aria-label={t.bookings.title}>
            {[true, false].map((each) => (
              <button
                type="button"
                key={String(each)}
                aria-pressed={each === isUpcoming}
                onClick={() => setUpcoming(each)}
              >
                {each ? t.bookings.upcoming : t.bookings.past}
              </button>
            ))}
          </div>
          {(session.user || session.isUnknown) && (
            <Bookings key={String(isUpcoming)} isUpcoming={isUpcoming} />
          )}
        </>
      )}
    </div>
  );
}

function Bookings({ isUpcoming }: { isUpcoming: boolean }) {
  const t = useMoreWords();
  const found = useQuery({
    queryKey: ["mine", "bookings", isUpcoming],
    queryFn: () => freshOrKept(isUpcoming),
    staleTime: 2_000,
  });
  if (found.isError) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading rows={3} />;
  if (!found.data.length) {
    return (
      <div className="empty">
        <p>{isUpcoming ? t.bookings.noneUpcoming : t.bookings.nonePast}</p>
        {isUpcoming && <Link href="/">{t.toProgramme}</Link>}
      </div>
    );
  }
  return (
    <ul className="form">
      {found.data.map((booking) => (
        <li key={booking.reference}>
          <Card booking={booking} />
        </li>
      ))}
    </ul>
  );
}

async function freshOrKept(isUpcoming: boolean): Promise<Booking[]> {
  try {
    if (!isUpcoming) return await getBookings(server, false);
    // What waits for its payment is not “upcoming” for the server, but it is for a customer.
    const [next, others] = await Promise.all([
      getBookings(server, true),
      getBookings(server, false),
    ]);
    return [...others.filter((each) => each.status === "pending"), ...next];
  } catch (error) {
    const kept = error instanceof NoAnswer && isUpcoming ? await allKept() : [];
    if (kept.length) return kept.map((entry) => entry.booking);
    throw error;
  }
}

function Card({ booking }: { booking: Booking }) {
  const t = useMoreWords();
  const { show, status } = booking;
  const live = booking.tickets.filter((ticket) => ticket.status !== "void");
  const seats = (live.length ? live : booking.tickets).map((ticket) => ticket.seat);
  return (
    <article className={`card booking-card ${status}`}>
      <Poster title={show.movie.title} url={show.movie.poster_url} />
      <div>
        {status !== "confirmed" && <p className={`status ${status}`}>{t.booking.status[status]}</p>}
        <h2>
          <Link href={`/bookings/${booking.reference}`}>{show.movie.title}</Link>
        </h2>
        <p>{momentOf(show.starts_at, show.theater.timezone)}</p>
        <p className="soft">
          {show.theater.name} · {show.screen.name}
        </p>
        <p className="soft">
          {t.bookings.tickets(seats.length)}: {seats.join(", ")}
        </p>
      </div>
    </article>
  );
}
