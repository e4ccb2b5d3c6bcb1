import { useMemo } from "react";
import { money } from "../format";
import { useMoreWords } from "../words";
import { offers, rowsOf, runsOf, type SeatMap } from "./model";

type Props = {
  map: SeatMap;
  size: number;
  chosen: readonly string[];
  mine: ReadonlySet<string>;
  onChoose: (labels: string[]) => void;
};

/** The same seats as text: in each row, what is free for the whole party. */
export function SeatList({ map, size, chosen, mine, onChoose }: Props) {
  const t = useMoreWords();
  const rows = useMemo(
    () =>
      rowsOf(map)
        .map((row) => ({ row, blocks: offers(row, size, mine) }))
        .filter(({ blocks }) => blocks.length),
    [map, size, mine],
  );
  if (!rows.length) return <p className="empty">{t.seats.noBlocks(size)}</p>;
  const isChosen = (labels: string[]) =>
    labels.length === chosen.length && labels.every((label) => chosen.includes(label));
  return (
    <ol className="seat-list">
      {rows.map(({ row, blocks }) => (
        <li key={row.line}>
          <h2>
            {t.seats.row(row.row)}{" "}
            <span>
              {t.category[blocks[0]![0]!.category]} ·{" "}
              {t.seats.free_(runsOf(row, mine).flat().length)}
            </span>
          </h2>
          <div className="blocks">
            {blocks.map((seats) => {
              const labels = seats.map((seat) => seat.label);
              const numbers = seats.map((seat) => seat.number);
              const price = seats.reduce((sum, seat) => sum + Number(seat.price), 0);
              return (
                <button
                  type="button"
                  key={labels[0]}
                  className="block"
                  aria-pressed={isChosen(labels)}
                  onClick={() => onChoose(isChosen(labels) ? [] : labels)}
                >
                  {t.seats.range(Math.min(...numbers), Math.max(...numbers))}
                  <span className="hidden">, {t.seats.row(row.row)},</span>{" "}
                  <span className="soft">{money(price, map.currency)}</span>
                </button>
              );
            })}
          </div>
        </li>
      ))}
    </ol>
  );
}
