import { type Booking, getPayments, startPayment } from "@moviebooking/api/bookings";
import { openByKey } from "@moviebooking/api/entering";
import { refusedWith } from "@moviebooking/api/problems";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { Cancelling } from "../booking/Cancelling";
import { backTo, server } from "../server";
import "../booking/booking.css";
import { Tickets } from "../booking/Tickets";
import { useBooking } from "../booking/useBooking";
import { momentOf, money, timeOf } from "../format";
import { Loading } from "../parts/Loading";
import { Title } from "../parts/Page";
import { Poster } from "../parts/Poster";
import { ShowFacts } from "../parts/ShowFacts";
import { saying, Trouble } from "../parts/Trouble";
import { useSession } from "../useSession";
import { useMoreWords } from "../words";

const Exchanging = lazy(() => import("../booking/Exchanging"));

/** A booking in all its states: to be paid, with its tickets, lapsed, cancelled. */
export default function BookingPage({ reference }: { reference: string }) {
  const t = useMoreWords();
  const session = useSession();
  const opening = useKey(reference);
  const [waitsSince] = useState(() => (isBack() ? Date.now() : null));
  // Without an answer about who is here, what was kept may still be shown.
  const isHere = !opening.isOpening && (session.user !== null || session.isUnknown);
  const found = useBooking(reference, isHere, waitsSince);
  const isNobody = session.isKnown && !session.user && !opening.isOpening && !session.isUnknown;
  if (isNobody || refusedWith(found.error, "not_found")) {
    return (
      <div className="narrow">
        <Title>{t.booking.title}</Title>
        {opening.error !== null && <Trouble error={opening.error} />}
        <p>{t.booking.needsLogin}</p>
        <Link className="button main" href={`/login?to=/bookings/${reference}`}>
          {t.logIn}
        </Link>
      </div>
    );
  }
  if (found.isError) {
    return (
      <div className="narrow">
        <Title>{t.booking.title}</Title>
        <Trouble error={found.error} retry={() => void found.refetch()} />
      </div>
    );
  }
  if (!found.data) return <Loading className="narrow" rows={3} />;
  return <Shown booking={found.data} waitsSince={waitsSince} />;
}

const isBack = () => new URLSearchParams(location.search).has("paid");

/** A guest's link from our mail: its key opens the booking, and leaves the address at once. */
function useKey(reference: string) {
  const session = useSession();
  const [, go] = useLocation();
  const [key] = useState(() => new URLSearchParams(location.hash.slice(1)).get("key"));
  const [isOpening, setOpening] = useState(key !== null);
  const [error, setError] = useState<unknown>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => {
    if (!key) return;
    go(`/bookings/${reference}`, { replace: true });
    session
      .change(() => openByKey(server, reference, key))
      .catch(setError)
      .finally(() => setOpening(false));
  }, []);
  return { isOpening, error };
}

function Shown({ booking, waitsSince }: { booking: Booking; waitsSince: number | null }) {
  const t = useMoreWords();
  const [isCancelling, setCancelling] = useState(false);
  const [isExchanging, setExchanging] = useState(false);
  const exchangeButton = useRef<HTMLButtonElement>(null);
  const [said, setSaid] = useState("");
  const { show, status } = booking;
  const isValid = status === "confirmed";
  const until = booking.cancellable_until;
  const canCancel = isValid && until !== null && new Date(until).getTime() > Date.now();
  const path = `/api/v1/bookings/${booking.reference}`;
  return (
    <article className="narrow booking">
      <header className="booking-head">
        <Poster title={show.movie.title} url={show.movie.poster_url} />
        <div>
          <p className={`status ${status}`}>{t.booking.status[status]}</p>
          <Title text={isValid ? t.booking.ticketTitle : t.booking.title}>{show.movie.title}</Title>
          <ShowFacts show={show} />
          <p className="soft">
            {t.booking.reference} <strong>{booking.reference}</strong>
          </p>
        </div>
      </header>
      <p role="status" className={said ? "notice good" : "hidden"}>
        {said}
      </p>
      <State booking={booking} waitsSince={waitsSince} />
      {isValid && (
        <>
          <Tickets booking={booking} />
          <div className="actions no-print">
            <a className="button quiet" href={`${path}/tickets.pdf`} download>
              {t.booking.pdf}
            </a>
            <a className="button quiet" href={`${path}/calendar.ics`} download>
              {t.booking.calendar}
            </a>
            <button type="button" className="quiet" onClick={() => print()}>
              {t.booking.print}
            </button>
          </div>
        </>
      )}
      <dl className="sums card">
        <div className="total">
          <dt>{booking.payment.state === "paid" ? t.booking.paid : t.checkout.total}</dt>
          <dd>{money(booking.total, booking.currency)}</dd>
        </div>
      </dl>
      {canCancel && (
        <p className="no-print who-is">
          <span className="soft">
            {t.booking.cancelUntil(momentOf(until, show.theater.timezone))}
          </span>
          <button
            type="button"
            className="quiet"
            ref={exchangeButton}
            aria-expanded={isExchanging}
            onClick={() => setExchanging(!isExchanging)}
          >
            {t.booking.exchange}
          </button>
          <button type="button" className="quiet cancel" onClick={() => setCancelling(true)}>
            {t.booking.cancel}
          </button>
        </p>
      )}
      {canCancel && isExchanging && (
        <Suspense fallback={<Loading rows={3} />}>
          <Exchanging
            booking={booking}
            onClose={(words) => {
              setExchanging(false);
              exchangeButton.current?.focus();
              if (words) setSaid(words);
            }}
          />
        </Suspense>
      )}
      {isCancelling && (
        <Cancelling
          booking={booking}
          onClose={(words) => {
            setCancelling(false);
            if (words) setSaid(words);
          }}
        />
      )}
      <p className="no-print">
        <Link href="/bookings">{t.bookings.title}</Link>
      </p>
    </article>
  );
}

function State({ booking, waitsSince }: { booking: Booking; waitsSince: number | null }) {
  const t = useMoreWords();
  if (booking.status === "pending" || booking.exchange) {
    return <ToPay booking={booking} waitsSince={waitsSince} />;
  }
  if (booking.status === "expired") return <p className="notice">{t.booking.expired}</p>;
  if (booking.status === "cancelled") return <p className="notice">{t.booking.cancelled}</p>;
  if (Number(booking.payment.due) > 0) {
    const due = money(booking.payment.due, booking.currency);
    return <p className="notice">{t.booking.counter(due)}</p>;
  }
  return (
    <p className="notice good" role="status">
      {t.booking.confirmed}
    </p>
  );
}

/** Not what the bank's page said decides, but what the bank tells the server. */
function ToPay({ booking, waitsSince }: { booking: Booking; waitsSince: number | null }) {
  const t = useMoreWords();
  const [error, setError] = useState<unknown>(null);
  const [isSending, setSending] = useState(false);
  const payments = useQuery({
    queryKey: ["mine", "payments", booking.reference],
    queryFn: () => getPayments(server, booking.reference),
    refetchInterval: 2_000,
  });
  const { exchange } = booking;
  const isDeclined = payments.data?.at(-1)?.status === "failed";
  const waited = waitsSince ? Date.now() - waitsSince : Number.POSITIVE_INFINITY;
  const isWaiting = waitsSince !== null && !isDeclined && waited < 60_000;

  async function pay() {
    if (isSending) return;
    setSending(true);
    setError(null);
    try {
      location.assign(await startPayment(server, booking.reference, backTo(booking.reference)));
    } catch (found) {
      setError(found);
      setSending(false);
    }
  }

  return (
    <section className="card form" aria-live="polite">
      <p className={isWaiting ? "waiting" : ""}>
        {isWaiting
          ? waited > 15_000
            ? t.booking.waitingLong
            : t.booking.waiting
          : isDeclined
            ? t.booking.declined
            : ""}
      </p>
      {exchange ? (
        <p>
          {t.booking.exchangeWaits(
            exchange.seat,
            money(exchange.due, booking.currency),
            timeOf(exchange.pay_until, booking.show.theater.timezone),
          )}
        </p>
      ) : (
        booking.pay_until && (
          <p className="soft">
            {t.booking.payUntil(timeOf(booking.pay_until, booking.show.theater.timezone))}
          </p>
        )
      )}
      {error !== null && (
        <p className="notice bad" role="alert">
          {saying(error, t)}
        </p>
      )}
      {!isWaiting && (
        <button type="button" className="main" aria-disabled={isSending} onClick={() => void pay()}>
          {t.booking.payNow(money(exchange?.due ?? booking.payment.due, booking.currency))}
        </button>
      )}
    </section>
  );
}
