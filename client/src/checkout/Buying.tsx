import { book, startPayment, type Wish } from "@moviebooking/api/bookings";
import { type Hold, type Quote, quoteHold, type Types } from "@moviebooking/api/holds";
import { newKey } from "@moviebooking/api/keys";
import { NoAnswer, refusedWith } from "@moviebooking/api/problems";
import type { Schemas } from "@moviebooking/api/server";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { money } from "../format";
import type { Buyer } from "../pages/CheckoutPage";
import { Loading } from "../parts/Loading";
import { saying, Trouble } from "../parts/Trouble";
import { backTo, pending, server } from "../server";
import { useMoreWords } from "../words";
import { Policy } from "./Policy";
import { Tickets } from "./Tickets";

type Selling = Schemas["Theater"] & { types: Schemas["TicketType"][] };
type Props = {
  show: Schemas["Show"];
  hold: Hold;
  theater: Selling;
  guest: Buyer;
  onLapse: () => void;
};

/** Types, voucher, price and the button. What is booked is just what the quote says. */
export function Buying({ show, hold, theater, guest, onLapse }: Props) {
  const t = useMoreWords();
  const [types, setTypes] = useState<Types>({});
  const [voucher, setVoucher] = useState("");
  const [wanted, setWanted] = useState<Schemas["PayEnum"] | null>(null);
  const quote = useQuery({
    queryKey: ["mine", "quote", show.id, hold.seats, types, voucher],
    queryFn: () => quoteHold(server, show.id, types, voucher),
    placeholderData: keepPreviousData,
    staleTime: 0,
    retry: (count, error) => error instanceof NoAnswer && count < 3,
  });
  const [voucherError, setVoucherError] = useState<unknown>(null);
  const queries = useQueryClient();

  /** A voucher counts when the server has taken it. */
  async function apply(code: string) {
    setVoucherError(null);
    if (!code) return setVoucher("");
    try {
      const found = await quoteHold(server, show.id, types, code);
      queries.setQueryData(["mine", "quote", show.id, hold.seats, types, code], found);
      setVoucher(code);
    } catch (error) {
      setVoucherError(error);
    }
  }

  // One that was taken may be used up by somebody else, or not be for another type.
  useEffect(() => {
    if (!quote.error || !voucher) return;
    setVoucherError(quote.error);
    setVoucher("");
  }, [quote.error, voucher]);
  const isLapsed = refusedWith(quote.error, "no_hold", "hold_expired");
  const told = useRef(onLapse);
  told.current = onLapse;
  useEffect(() => {
    if (isLapsed) told.current();
  }, [isLapsed]);
  if (!quote.data) {
    if (quote.isError && !voucher) {
      return <Trouble error={quote.error} retry={() => void quote.refetch()} />;
    }
    return <Loading rows={2} />;
  }
  const ways = quote.data.pay;
  const pay = wanted && ways.includes(wanted) ? wanted : ways[0];
  return (
    <>
      <Tickets quote={quote.data} types={theater.types} chosen={types} onChoose={setTypes} />
      <VoucherForm
        quote={quote.data}
        error={voucherError === null ? "" : saying(voucherError, t)}
        onApply={(code) => void apply(code)}
      />
      <Sum quote={quote.data} />
      {ways.length > 1 && Number(quote.data.total) > 0 && (
        <fieldset className="card ways-to-pay">
          <legend>{t.checkout.how}</legend>
          {ways.map((way) => (
            <label key={way} className="check">
              <input
                type="radio"
                name="pay"
                checked={way === pay}
                onChange={() => setWanted(way)}
              />
              {t.checkout[way]}
            </label>
          ))}
        </fieldset>
      )}
      <Policy theater={theater} hasFee={Number(quote.data.fees) > 0} />
      <Press
        wish={{
          show: show.id,
          types,
          total: quote.data.total,
          ...(pay ? { pay } : {}),
          ...(voucher ? { voucher } : {}),
          ...(guest ?? {}),
        }}
        quote={quote.data}
        pay={pay}
        isFresh={!quote.isPlaceholderData && !quote.isError}
        onChanged={() => void quote.refetch()}
        onLapse={onLapse}
      />
    </>
  );
}

type VoucherProps = { quote: Quote; error: string; onApply: (code: string) => void };

function VoucherForm({ quote, error, onApply }: VoucherProps) {
  const t = useMoreWords();
  const applied = quote.voucher?.code;
  if (applied && !error) {
    return (
      <p className="card who-is">
        <span role="status">✓ {t.checkout.applied(applied)}</span>
        <button type="button" className="plain" onClick={() => onApply("")}>
          {t.checkout.remove}
        </button>
      </p>
    );
  }
  function apply(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    onApply(String(new FormData(event.currentTarget).get("voucher")).trim());
  }
  return (
    <details className="card voucher" open={error !== ""}>
      <summary>{t.checkout.voucher}</summary>
      <form onSubmit={apply} className="inline-form">
        <input
          name="voucher"
          aria-label={t.checkout.voucher}
          autoComplete="off"
          autoCapitalize="characters"
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? "voucher-error" : undefined}
        />
        <button type="submit" className="quiet">
          {t.checkout.apply}
        </button>
      </form>
      <p id="voucher-error" className="error" role="alert">
        {error}
      </p>
    </details>
  );
}

function Sum({ quote }: { quote: Quote }) {
  const t = useMoreWords();
  const say = (amount: string) => money(amount, quote.currency);
  const lines: [string, string][] = [];
  if (Number(quote.discount)) lines.push([t.checkout.discount, `−${say(quote.discount)}`]);
  if (Number(quote.fees)) lines.push([t.checkout.fees, say(quote.fees)]);
  return (
    <dl className="sums card">
      {lines.map(([name, amount]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{amount}</dd>
        </div>
      ))}
      <div className="total">
        <dt>{t.checkout.total}</dt>
        <dd>{say(quote.total)}</dd>
      </div>
      {Number(quote.tax) > 0 && (
        <div className="soft">
          <dt>{t.checkout.tax}</dt>
          <dd>{say(quote.tax)}</dd>
        </div>
      )}
    </dl>
  );
}

type PressProps = {
  wish: Omit<Wish, "key">;
  quote: Quote;
  pay: Schemas["PayEnum"] | undefined;
  isFresh: boolean;
  onChanged: () => void;
  onLapse: () => void;
};

/** Books once, however often it is pressed: the key stays until there is an outcome. */
function Press({ wish, quote, pay, isFresh, onChanged, onLapse }: PressProps) {
  const t = useMoreWords();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const sent = useRef(pending.load());
  const isFree = Number(quote.total) === 0;
  const isTest = pay === "online" && !isFree && quote.providers[0]?.is_test;

  async function press() {
    if (isSending || !isFresh) return;
    setSending(true);
    setError(null);
    const kept = sent.current?.show === wish.show ? sent.current : null;
    const wanted = kept ?? { ...wish, key: newKey() };
    sent.current = wanted;
    try {
      const booking = await book(server, wanted, pending);
      sent.current = null;
      queries.setQueryData(["mine", "booking", booking.reference], booking);
      queries.removeQueries({ queryKey: ["mine", "hold", wish.show] });
      if (booking.status !== "pending") return go(`/bookings/${booking.reference}?new`);
      await payNow(booking.reference);
    } catch (found) {
      setError(found);
      if (!(found instanceof NoAnswer)) sent.current = null;
      if (refusedWith(found, "price_changed")) onChanged();
      if (refusedWith(found, "no_hold", "hold_expired")) onLapse();
      setSending(false);
    }
  }

  async function payNow(reference: string) {
    try {
      location.assign(await startPayment(server, reference, backTo(reference)));
    } catch {
      go(`/bookings/${reference}`); // booked, and to be paid there
    }
  }

  const price = money(quote.total, quote.currency);
  const label = isFree
    ? t.checkout.bookFree
    : pay === "counter"
      ? t.checkout.bookCounter(price)
      : t.checkout.pay(price);
  return (
    <div className="press">
      {error !== null && (
        <p className="notice bad" role="alert">
          {error instanceof NoAnswer ? t.checkout.noAnswer : saying(error, t)}
        </p>
      )}
      <button
        type="button"
        className="main wide-button"
        aria-disabled={isSending || !isFresh}
        onClick={() => void press()}
      >
        {isSending ? t.checkout.paying : label}
      </button>
      {isTest && <p className="notice">{t.checkout.isTest}</p>}
      {pay === "online" && !isFree && quote.pay_within > 0 && (
        <p className="soft">{t.checkout.pendingNote(t.checkout.mins(quote.pay_within))}</p>
      )}
    </div>
  );
}
