import type { Quote, Types } from "@moviebooking/api/holds";
import type { Schemas } from "@moviebooking/api/server";
import { useId } from "react";
import { money } from "../format";
import { useMoreWords } from "../words";

type Props = {
  quote: Quote;
  types: Schemas["TicketType"][];
  chosen: Types;
  onChoose: (types: Types) => void;
};

/** A line for each seat, with for whom it is and what that costs. */
export function Tickets({ quote, types, chosen, onChoose }: Props) {
  const t = useMoreWords();
  const id = useId();
  return (
    <section className="card">
      <h2>{t.checkout.tickets}</h2>
      <ul className="lines">
        {quote.lines.map((line) => {
          const fitting = types.filter(
            (each) => !each.categories.length || each.categories.includes(line.category),
          );
          const price = Number(line.price) - Number(line.discount) + Number(line.fee);
          return (
            <li key={line.seat}>
              <label htmlFor={`${id}-${line.seat}`}>
                <strong>{line.seat}</strong>
                <span className="soft">{t.category[line.category]}</span>
              </label>
              {fitting.length > 1 ? (
                <select
                  id={`${id}-${line.seat}`}
                  aria-label={t.checkout.typeOf(line.seat)}
                  value={chosen[line.seat] ?? line.type}
                  onChange={(event) => onChoose({ ...chosen, [line.seat]: event.target.value })}
                >
                  {fitting.map((each) => (
                    <option key={each.id}>{each.name}</option>
                  ))}
                </select>
              ) : (
                <span>{line.type}</span>
              )}
              <span className="price">{money(price, quote.currency)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
