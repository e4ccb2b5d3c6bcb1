import {
  type Booking,
  cancelBooking,
  quoteRefund,
  type RefundQuote,
} from "@moviebooking/api/bookings";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { money } from "../format";
import { Loading } from "../parts/Loading";
import { saying, Trouble } from "../parts/Trouble";
import { server } from "../server";
import { useMoreWords } from "../words";
import { useChange } from "./useChange";

type Props = { booking: Booking; onClose: (said: string) => void };

/** Cancels all or single tickets; what comes back is said before. */
export function Cancelling({ booking, onClose }: Props) {
  const t = useMoreWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const live = booking.tickets.filter((ticket) => ticket.status !== "void");
  const [codes, setCodes] = useState(live.map((ticket) => ticket.code));
  const named = codes.length === live.length ? [] : codes;
  const quote = useQuery({
    queryKey: ["mine", "refund", booking.reference, named],
    queryFn: () => quoteRefund(server, booking.reference, named),
    enabled: codes.length > 0,
    staleTime: 0,
  });
  const cancel = useCancel(booking, named, onClose, () => void quote.refetch());
  useEffect(() => dialog.current?.showModal(), []);

  return (
    <dialog ref={dialog} onClose={() => onClose("")} aria-labelledby="cancel-title">
      <h2 id="cancel-title">{t.booking.cancelTitle}</h2>
      <fieldset className="which">
        <legend>{t.booking.cancelWhich}</legend>
        {live.map((ticket) => (
          <label key={ticket.code} className="check">
            <input
              type="checkbox"
              checked={codes.includes(ticket.code)}
              onChange={(event) =>
                setCodes(
                  event.target.checked
                    ? [...codes, ticket.code]
                    : codes.filter((code) => code !== ticket.code),
                )
              }
            />
            {ticket.seat} <span className="soft">{ticket.type}</span>
          </label>
        ))}
      </fieldset>
      <div className="back" aria-live="polite">
        {!codes.length ? null : quote.isError ? (
          <Trouble error={quote.error} retry={() => void quote.refetch()} />
        ) : quote.data ? (
          <Back quote={quote.data} />
        ) : (
          <Loading rows={1} />
        )}
      </div>
      {cancel.error !== null && (
        <p className="notice bad" role="alert">
          {saying(cancel.error, t)}
        </p>
      )}
      <div className="actions">
        <button
          type="button"
          className="main"
          aria-disabled={!quote.data || !codes.length || cancel.isSending}
          onClick={() => quote.data && codes.length && void cancel.send(quote.data)}
        >
          {quote.data && Number(quote.data.total) > 0
            ? t.booking.doCancel(money(quote.data.total, quote.data.currency))
            : t.booking.doCancelFree}
        </button>
        <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
          {t.booking.keep}
        </button>
      </div>
    </dialog>
  );
}

function Back({ quote }: { quote: RefundQuote }) {
  const t = useMoreWords();
  if (!Number(quote.total) && !Number(quote.kept)) return null;
  return (
    <dl className="sums">
      <div className="total">
        <dt>{t.booking.comesBack}</dt>
        <dd>{money(quote.total, quote.currency)}</dd>
      </div>
      {Number(quote.kept) > 0 && (
        <div className="soft">
          <dt>{t.booking.kept}</dt>
          <dd>{money(quote.kept, quote.currency)}</dd>
        </div>
      )}
    </dl>
  );
}

function useCancel(
  { reference }: Booking,
  tickets: string[],
  onDone: (said: string) => void,
  onOutdated: () => void,
) {
  const t = useMoreWords();
  const change = useChange({ reference, outdated: "refund_changed", onOutdated });
  const send = ({ total, currency }: RefundQuote) =>
    change.send(
      `${tickets.join()} ${total}`,
      (key) => cancelBooking(server, reference, { tickets, refund: total, key }),
      () =>
        onDone(
          Number(total)
            ? t.booking.wasCancelled(money(total, currency))
            : t.booking.wasCancelledFree,
        ),
    );
  return { ...change, send };
}
