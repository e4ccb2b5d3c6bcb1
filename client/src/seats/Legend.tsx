import { money } from "../format";
import { useMoreWords } from "../words";
import { pricesOf, type SeatMap } from "./model";

/** What the signs mean, and what each kind of seat costs. */
export function Legend({ map }: { map: SeatMap }) {
  const t = useMoreWords();
  return (
    <ul className="legend" aria-label={t.seats.legend}>
      {pricesOf(map).map(({ category, price }) => (
        <li key={category}>
          <span className={`seat sample free ${category}`} aria-hidden="true">
            {category === "wheelchair" ? "♿" : ""}
          </span>
          {t.category[category]} <strong>{money(price, map.currency)}</strong>
        </li>
      ))}
      <li>
        <span className="seat sample mine" aria-hidden="true">
          ✓
        </span>
        {t.seats.mine}
      </li>
      <li>
        <span className="seat sample taken" aria-hidden="true">
          ×
        </span>
        {t.seats.taken}
      </li>
    </ul>
  );
}
