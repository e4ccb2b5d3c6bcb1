import type { FilmTimes } from "@moviebooking/api/programme";
import type { Schemas } from "@moviebooking/api/server";
import { Link } from "wouter";
import { useWords } from "../words";
import { Poster } from "./Poster";
import { ShowTimeLink } from "./ShowTimeLink";

type Props = { film: FilmTimes; withCity: boolean; theaters: Schemas["Theater"][] };

/** A film of the programme with its times at each theater. */
export function FilmRow({ film, withCity, theaters }: Props) {
  const t = useWords();
  const cityOf = (id: number) => theaters.find((each) => each.id === id)?.city;
  return (
    <article className="film">
      <Link href={`/films/${film.id}`} className="film-poster" tabIndex={-1} aria-hidden="true">
        <Poster title={film.title} url={film.poster_url} />
      </Link>
      <div className="film-about">
        <h3>
          <Link href={`/films/${film.id}`}>{film.title}</Link>
        </h3>
        <p className="meta">
          <FilmFacts film={film} />
        </p>
        <div className="theaters">
          {film.theaters.map((theater) => (
            <section key={theater.id} className="at">
              <h4>
                {theater.name}
                {withCity && cityOf(theater.id) && <span> · {cityOf(theater.id)}</span>}
              </h4>
              <ul className="times" aria-label={t.times(film.title, theater.name)}>
                {theater.shows.map((show) => (
                  <li key={show.id}>
                    <ShowTimeLink show={show} zone={theater.timezone} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      </div>
    </article>
  );
}

type Facts = Pick<FilmTimes, "duration_minutes" | "certificate" | "genres">;

export function FilmFacts({ film }: { film: Facts }) {
  const t = useWords();
  return (
    <>
      {film.certificate && <span className="certificate">{film.certificate}</span>}
      {[t.minutes(film.duration_minutes), ...film.genres.slice(0, 2)].join(" · ")}
    </>
  );
}
