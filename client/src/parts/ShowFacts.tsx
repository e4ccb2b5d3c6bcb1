import { dayOf, foreignZone, timeOf } from "../format";
import { useWords } from "../words";

type Facts = {
  theater: { name: string; city: string; timezone: string };
  screen: { name: string };
  starts_at: string;
  language: string;
  format: string;
};

/** When and where a show is; the zone is named if the reader is in another one. */
export function ShowFacts({ show }: { show: Facts }) {
  const t = useWords();
  const zone = show.theater.timezone;
  const foreign = foreignZone(show.starts_at, zone);
  return (
    <p className="show-facts">
      <strong>
        {dayOf(show.starts_at, zone)}, {timeOf(show.starts_at, zone)}
        {foreign && ` (${foreign})`}
      </strong>
      <span>
        {[
          show.theater.name,
          show.theater.city,
          show.screen.name,
          t.spoken(show.language),
          show.format === "2D" ? "" : show.format,
        ]
          .filter(Boolean)
          .join(" · ")}
      </span>
    </p>
  );
}
