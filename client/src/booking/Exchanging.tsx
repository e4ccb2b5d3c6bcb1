import type { Booking } from "@moviebooking/api/bookings";
import { showsOfFilm } from "@moviebooking/api/programme";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { momentOf, money } from "../format";
import { Loading } from "../parts/Loading";
import { Trouble } from "../parts/Trouble";
import { Legend } from "../seats/Legend";
import { pricesOf, type Seat } from "../seats/model";
import { SeatMap } from "../seats/SeatMap";
import { useSeatMap } from "../seats/useSeatMap";
import { server } from "../server";
import "../seats/seats.css";
import { useMoreWords } from "../words";
import { ExchangeOffer } from "./ExchangeOffer";

type Props = { booking: Booking; onClose: (said: string) => void };

const NOBODY: ReadonlySet<string> = new Set();

/** Another seat, or another showing of the film, for a ticket; the difference is said before. */
export default function Exchanging({ booking, onClose }: Props) {
  const t = useMoreWords();
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const valid = booking.tickets.filter((ticket) => ticket.status === "valid");
  const [code, setCode] = useState(valid[0]?.code ?? "");
  const [show, setShow] = useState(booking.show.id);
  const [seat, setSeat] = useState("");
  const ticket = valid.find((each) => each.code === code);
  useEffect(() => heading.current?.focus(), []);
  if (!ticket) return null;
  return (
    <section className="card form exchange no-print" aria-labelledby={id}>
      <h2 id={id} ref={heading} tabIndex={-1}>
        {t.booking.exchangeTitle}
      </h2>
      {valid.length > 1 ? (
        <label className="field">
          {t.booking.exchangeWhich}
          <select value={code} onChange={(event) => setCode(event.target.value)}>
            {valid.map((each) => (
              <option key={each.code} value={each.code}>
                {[each.seat, each.type].filter(Boolean).join(" · ")}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <Showings
          booking={booking}
          show={show}
          onChoose={(chosen) => {
            setShow(chosen);
            setSeat("");
          }}
        />
      )}
      <Room
        key={show}
        show={show}
        own={show === booking.show.id ? valid.map((each) => each.seat) : []}
        seat={seat}
        accessible={ticket.category === "wheelchair"}
        onChoose={setSeat}
      />
      {seat === "" ? (
        <div className="actions">
          <button type="button" className="quiet" onClick={() => onClose("")}>
            {t.booking.keepSeat}
          </button>
        </div>
      ) : (
        <ExchangeOffer
          booking={booking}
          ticket={ticket}
          swap={{ ticket: code, seat, ...(show === booking.show.id ? {} : { show }) }}
          onClose={onClose}
        />
      )}
    </section>
  );
}

type ShowingsProps = { booking: Booking; show: number; onChoose: (show: number) => void };

/** Those of the same film at the same theater. */
function Showings({ booking, show, onChoose }: ShowingsProps) {
  const t = useMoreWords();
  const { movie, theater } = booking.show;
  const found = useQuery({
    queryKey: ["film", movie.id, "shows"],
    queryFn: () => showsOfFilm(server, movie.id),
  });
  const others = (found.data ?? []).filter(
    (each) => each.theater.id === theater.id && each.id !== booking.show.id,
  );
  return (
    <label className="field">
      {t.booking.exchangeShow}
      <select value={show} onChange={(event) => onChoose(Number(event.target.value))}>
        <option value={booking.show.id}>
          {t.booking.exchangeSame(momentOf(booking.show.starts_at, theater.timezone))}
        </option>
        {others.map((each) => (
          <option key={each.id} value={each.id}>
            {`${momentOf(each.starts_at, theater.timezone)} · ${each.screen.name} · ${each.format}`}
          </option>
        ))}
      </select>
    </label>
  );
}

type RoomProps = {
  show: number;
  own: string[];
  seat: string;
  /** Whether it is a place for a wheelchair that is exchanged. */
  accessible: boolean;
  onChoose: (seat: string) => void;
};

function Room({ show, own, seat, accessible, onChoose }: RoomProps) {
  const t = useMoreWords();
  const map = useSeatMap(show);
  const [said, setSaid] = useState("");
  const data = map.data;
  const prices = useMemo(
    () =>
      Object.fromEntries(
        data ? pricesOf(data).map((each) => [each.category, money(each.price, data.currency)]) : [],
      ),
    [data],
  );
  if (map.isError && !data) return <Trouble error={map.error} retry={() => void map.refetch()} />;
  if (!data) return <Loading rows={4} />;
  function choose(wanted: Seat) {
    const isOwn = own.includes(wanted.label);
    if (wanted.category === "wheelchair" && !accessible)
      return setSaid(t.booking.exchangeWheelchair);
    const isTaken = isOwn || wanted.status !== "available";
    setSaid(isTaken ? t.seats.isTaken(wanted.label) : t.seats.picked(wanted.label));
    if (!isTaken) onChoose(wanted.label);
  }
  return (
    <>
      <p className="soft exchange-hint">{t.booking.exchangeSeat}</p>
      <SeatMap
        map={data}
        chosen={seat ? [seat] : []}
        mine={NOBODY}
        prices={prices}
        onToggle={choose}
      />
      <Legend map={data} />
      <p role="status" className={said ? "said" : "hidden"}>
        {said}
      </p>
    </>
  );
}
