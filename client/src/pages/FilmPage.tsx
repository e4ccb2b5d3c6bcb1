import { getFilm, showsOfFilm } from "@moviebooking/api/programme";
import type { Schemas } from "@moviebooking/api/server";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { THEATER } from "../embed/where";
import { dayIn, longDay } from "../format";
import { DayStrip } from "../parts/DayStrip";
import { FilmFacts } from "../parts/FilmRow";
import { Loading } from "../parts/Loading";
import { Title } from "../parts/Page";
import { Poster } from "../parts/Poster";
import { ShowTimeLink } from "../parts/ShowTimeLink";
import { Trouble } from "../parts/Trouble";
import { server } from "../server";
import { useWords } from "../words";

/** What a film is about, and when it is on. */
export default function FilmPage({ id }: { id: number }) {
  const t = useWords();
  const film = useQuery({ queryKey: ["film", id], queryFn: () => getFilm(server, id) });
  if (film.isError) {
    return (
      <div className="narrow">
        <Title>{t.film.title}</Title>
        <Trouble error={film.error} retry={() => void film.refetch()} />
        <Link href="/">{t.toProgramme}</Link>
      </div>
    );
  }
  if (!film.data) return <Loading className="wide" rows={4} />;
  const { title, description, cast, trailer_url, poster_url } = film.data;
  return (
    <article className="wide film-page">
      <Poster title={title} url={poster_url} className="large" />
      <div className="film-text">
        <Title>{title}</Title>
        <p className="meta">
          <FilmFacts film={film.data} />
        </p>
        <p className="description">{description}</p>
        {cast.length > 0 && (
          <p className="cast">
            <span>{t.film.with}</span> {cast.join(", ")}
          </p>
        )}
        {trailer_url && (
          <a className="button quiet" href={trailer_url} target="_blank" rel="noreferrer">
            {t.film.trailer}
          </a>
        )}
      </div>
      <ComingDays film={id} />
    </article>
  );
}

function ComingDays({ film }: { film: number }) {
  const t = useWords();
  const [wanted, setWanted] = useState("");
  const shows = useQuery({
    queryKey: ["shows", film],
    queryFn: () => showsOfFilm(server, film, THEATER),
  });
  if (shows.isError) return <Trouble error={shows.error} retry={() => void shows.refetch()} />;
  if (!shows.data) return <Loading rows={2} className="coming" />;
  const dayOfShow = (show: Schemas["Show"]) => show.starts_at.slice(0, 10);
  const days = [...new Set(shows.data.map(dayOfShow))].sort();
  const day = days.includes(wanted) ? wanted : days[0];
  if (!day) return <p className="empty coming">{t.film.noShows}</p>;
  const today = dayIn(shows.data[0]!.theater.timezone);
  const ofDay = shows.data.filter((show) => dayOfShow(show) === day);
  const theaters = [...new Map(ofDay.map((show) => [show.theater.id, show.theater])).values()];
  return (
    <section className="coming" aria-labelledby="coming">
      <h2 id="coming">{t.film.coming}</h2>
      <DayStrip days={days} chosen={day} today={today} onChoose={setWanted} />
      <p className="day-title" aria-live="polite">
        {longDay(day)}
      </p>
      {theaters.map((theater) => (
        <section key={theater.id} className="at">
          <h3>
            {theater.name}
            <span> · {theater.city}</span>
          </h3>
          <ul className="times">
            {ofDay
              .filter((show) => show.theater.id === theater.id)
              .map((show) => (
                <li key={show.id}>
                  <ShowTimeLink show={show} zone={theater.timezone} />
                </li>
              ))}
          </ul>
        </section>
      ))}
    </section>
  );
}
