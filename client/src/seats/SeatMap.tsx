import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useMoreWords } from "../words";
import { isFree, type SeatMap as Map_, type Row, rowsOf, type Seat, step } from "./model";
import { useZoom } from "./useZoom";

type Props = {
  map: Map_;
  chosen: readonly string[];
  mine: ReadonlySet<string>;
  prices: Record<string, string>;
  onToggle: (seat: Seat) => void;
};

type Look = "free" | "mine" | "taken";

/** The room as a grid of buttons with one tab stop; its keys are those of a grid. */
export function SeatMap({ map, chosen, mine, prices, onToggle }: Props) {
  const t = useMoreWords();
  const rows = useMemo(() => rowsOf(map), [map]);
  const picked = useMemo(() => new Set(chosen), [chosen]);
  const [focus, setFocus] = useState("");
  const grid = useRef<HTMLDivElement>(null);
  const zoom = useZoom(map.columns, grid);
  const byLabel = useMemo(() => new Map(map.seats.map((seat) => [seat.label, seat])), [map]);
  const stop = byLabel.has(focus) ? focus : (chosen[0] ?? rows[0]?.seats[0]?.label ?? "");

  const labelAt = (target: EventTarget) =>
    (target as HTMLElement).closest<HTMLElement>("[data-seat]")?.dataset.seat ?? "";

  function click(event: MouseEvent) {
    const seat = byLabel.get(labelAt(event.target));
    if (!seat) return;
    setFocus(seat.label);
    onToggle(seat);
  }

  function press(event: KeyboardEvent) {
    const from = labelAt(event.target);
    if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = step(rows, from, event.key);
    if (to === from && !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    setFocus(to);
    grid.current?.querySelector<HTMLElement>(`[data-seat="${CSS.escape(to)}"]`)?.focus();
  }

  // What was chosen for somebody is brought into view, sideways only.
  const first = chosen[0] ?? "";
  useEffect(() => {
    const frame = zoom.frame.current;
    const seat =
      first && grid.current?.querySelector<HTMLElement>(`[data-seat="${CSS.escape(first)}"]`);
    if (!frame || frame.scrollWidth <= frame.clientWidth) return;
    const middle = seat ? seat.offsetLeft + seat.offsetWidth : frame.scrollWidth / 2;
    const inView =
      seat && Math.abs(middle - frame.scrollLeft - frame.clientWidth / 2) < frame.clientWidth / 3;
    if (!inView) frame.scrollLeft = middle - frame.clientWidth / 2;
  }, [first, zoom.frame]);

  return (
    <div className="map">
      <div className="zoom">
        <button type="button" onClick={zoom.out} aria-label={t.seats.zoomOut}>
          −
        </button>
        <button type="button" onClick={zoom.in} aria-label={t.seats.zoomIn}>
          +
        </button>
      </div>
      <div className="map-scroll" ref={zoom.frame} {...zoom.touch}>
        <div
          className="map-size"
          style={{ ["--c" as string]: `${zoom.cell}px`, ["--columns" as string]: map.columns }}
        >
          <div className="screen" aria-hidden="true">
            {t.seats.screen}
          </div>
          <div
            role="grid"
            ref={grid}
            className="grid"
            aria-label={t.seats.gridLabel}
            aria-multiselectable="true"
            tabIndex={-1}
            style={{ height: `calc(var(--c) * ${map.rows})` }}
            onClick={click}
            onKeyDown={press}
          >
            {rows.map((row) => (
              <RowOfSeats
                key={row.line}
                row={row}
                look={row.seats.map((seat) => lookOf(seat, picked, mine)[0]).join("")}
                stop={row.seats.some((seat) => seat.label === stop) ? stop : ""}
                prices={prices}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

function lookOf(seat: Seat, picked: ReadonlySet<string>, mine: ReadonlySet<string>): Look {
  if (picked.has(seat.label)) return "mine";
  return isFree(seat, mine) ? "free" : "taken";
}

const LOOKS: Record<string, Look> = { f: "free", m: "mine", t: "taken" };
const SIGNS = { mine: "✓", taken: "×" };

type RowProps = { row: Row; look: string; stop: string; prices: Record<string, string> };

/** Drawn again only when one of its seats looks different. */
const RowOfSeats = memo(function RowOfSeats({ row, look, stop, prices }: RowProps) {
  const t = useMoreWords();
  return (
    <div role="row" className="row" style={{ top: `calc(var(--c) * ${row.line - 1})` }}>
      <span role="rowheader" className="letter" aria-label={t.seats.row(row.row)}>
        {row.row}
      </span>
      {row.seats.map((seat, index) => {
        const state = LOOKS[look[index]!]!;
        const free = seat.category === "wheelchair" ? "♿" : seat.number;
        const price = prices[seat.category] ?? "";
        const kind = t.category[seat.category];
        return (
          <button
            type="button"
            role="gridcell"
            key={seat.label}
            data-seat={seat.label}
            className={`seat ${seat.category} ${state}`}
            style={{ left: `calc(20px + var(--c) * ${seat.column - 1})` }}
            tabIndex={seat.label === stop ? 0 : -1}
            aria-selected={state === "mine"}
            aria-disabled={state === "taken"}
            aria-label={t.seats.seat(row.row, seat.number, kind, price, t.seats[state])}
          >
            {state === "free" ? free : SIGNS[state]}
          </button>
        );
      })}
      <span className="letter right" aria-hidden="true">
        {row.row}
      </span>
    </div>
  );
}, sameRow);

function sameRow(a: RowProps, b: RowProps): boolean {
  return (
    a.look === b.look &&
    a.stop === b.stop &&
    a.prices === b.prices &&
    a.row.seats.length === b.row.seats.length
  );
}
