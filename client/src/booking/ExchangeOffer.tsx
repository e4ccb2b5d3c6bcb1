import { type Booking, startPayment } from "@moviebooking/api/bookings";
import { exchangeTicket, quoteOfExchange, type Swap } from "@moviebooking/api/exchanges";
import { useQuery } from "@tanstack/react-query";
import { money } from "../format";
import { Loading } from "../parts/Loading";
import { saying, Trouble } from "../parts/Trouble";
import { backTo, server } from "../server";
import { useMoreWords } from "../words";
import { useChange } from "./useChange";

type Ticket = Booking["tickets"][number];
type Props = {
  booking: Booking;
  ticket: Ticket;
  swap: Swap;
  onClose: (said: string) => void;
};

type Quote = Awaited<ReturnType<typeof quoteOfExchange>>;

const some = (amount: string) => Number(amount) > 0;

/** What it costs more or what comes back, and the button that does it. */
export function ExchangeOffer({ booking, ticket, swap, onClose }: Props) {
  const t = useMoreWords();
  const { reference, currency } = booking;
  const offer = useQuery({
    queryKey: ["mine", "exchange", reference, swap],
    queryFn: () => quoteOfExchange(server, reference, swap),
    retry: false,
    staleTime: 30_000,
  });
  const exchange = useExchange(booking, swap, onClose, () => void offer.refetch());
  const isPaid = booking.payment.state === "paid";
  const { data } = offer;
  return (
    <>
      <p>
        <strong>{t.booking.exchangeTo(ticket.seat, swap.seat)}</strong>
      </p>
      <div aria-live="polite">
        {offer.isError ? (
          <Trouble error={offer.error} retry={() => void offer.refetch()} />
        ) : data ? (
          <p>
            {isPaid
              ? sayDifference(data, currency, t)
              : t.booking.exchangeCounter(money(data.total, currency))}{" "}
            {t.booking.exchangeVoid}
          </p>
        ) : (
          <Loading rows={1} />
        )}
      </div>
      {exchange.error !== null && (
        <p className="notice bad" role="alert">
          {saying(exchange.error, t)}
        </p>
      )}
      <div className="actions">
        <button
          type="button"
          className="main"
          aria-disabled={!data || exchange.isSending}
          onClick={() => data && void exchange.send(data.total)}
        >
          {data && some(data.due)
            ? t.booking.doExchangePay(money(data.due, currency))
            : data && some(data.refund)
              ? t.booking.doExchangeBack(money(data.refund, currency))
              : t.booking.doExchange}
        </button>
        <button type="button" className="quiet" onClick={() => onClose("")}>
          {t.booking.keepSeat}
        </button>
      </div>
    </>
  );
}

function sayDifference(
  { due, refund, kept }: Quote,
  currency: string,
  t: ReturnType<typeof useMoreWords>,
): string {
  if (some(due)) return t.booking.exchangeMore(money(due, currency));
  if (!some(refund)) return some(kept) ? t.booking.exchangeLess : t.booking.exchangeEven;
  const words = t.booking.exchangeBack(money(refund, currency));
  return some(kept) ? `${words} ${t.booking.exchangeKept(money(kept, currency))}` : words;
}

function useExchange(
  { reference }: Booking,
  swap: Swap,
  onDone: (said: string) => void,
  onOutdated: () => void,
) {
  const t = useMoreWords();
  const change = useChange({ reference, outdated: "price_changed", onOutdated });
  const send = (total: string) =>
    change.send(
      `${JSON.stringify(swap)} ${total}`,
      (key) => exchangeTicket(server, reference, { ...swap, total, key }),
      async ({ exchange }) =>
        exchange
          ? location.assign(await startPayment(server, reference, backTo(reference)))
          : onDone(t.booking.wasExchanged(swap.seat)),
    );
  return { ...change, send };
}
