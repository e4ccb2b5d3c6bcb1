import type { ShowTime } from "@moviebooking/api/programme";
import { Link } from "wouter";
import { money, timeOf } from "../format";
import { useWords } from "../words";

/** A start that leads to its seats, with what sets it apart from the others. */
export function ShowTimeLink({ show, zone }: { show: ShowTime; zone: string }) {
  const t = useWords();
  const share = show.seats_available / Math.max(1, show.seats_total);
  const state = show.seats_available === 0 ? "full" : share < 0.15 ? "few" : "free";
  const words = [show.format === "2D" ? "" : show.format, t.spoken(show.language)];
  const content = (
    <>
      <span className="start">{timeOf(show.starts_at, zone)}</span>
      <span className="kind">{words.filter(Boolean).join(" · ")}</span>
      <span className={`left ${state}`}>
        {state === "free" ? t.from(money(show.price_from, show.currency)) : t.seatsLeft[state]}
      </span>
    </>
  );
  if (state === "full") return <span className="time full">{content}</span>;
  return (
    <Link href={`/shows/${show.id}`} className="time">
      {content}
    </Link>
  );
}
