import {
  type Day,
  type FilmTimes,
  getProgramme,
  getTheaters,
  searchFilms,
} from "@moviebooking/api/programme";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { THEATER } from "../embed/where";
import { dayIn, longDay } from "../format";
import { DayStrip } from "../parts/DayStrip";
import { FilmRow } from "../parts/FilmRow";
import { Loading } from "../parts/Loading";
import { Title } from "../parts/Page";
import { Trouble } from "../parts/Trouble";
import { server } from "../server";
import { useSite } from "../useSite";
import { useWords } from "../words";

/** Each film once with its times, of a day in a city. Both are in the address. */
export default function ProgrammePage() {
  const t = useWords();
  const [wish, setWish] = useWish();
  const [search, setSearch] = useState("");
  const theaters = useQuery({ queryKey: ["theaters"], queryFn: () => getTheaters(server) });
  const found = useQuery({
    queryKey: ["programme", wish],
    queryFn: () => getProgramme(server, THEATER ? { ...wish, theater: THEATER } : wish),
    placeholderData: keepPreviousData,
  });
  const { cities } = useSite();
  const films = useMatches(found.data?.films ?? [], search);
  const zone = found.data?.films[0]?.theaters[0]?.timezone ?? "UTC";
  const today = dayIn(zone);
  const day = found.data?.date ?? today;
  return (
    <div className="wide">
      <div className="programme-head">
        <Title text={t.programme.title}>
          {wish.city ? t.programme.inCity(wish.city) : t.programme.title}
        </Title>
        <div className="filters">
          {THEATER === undefined && (
            <label className="field inline">
              <span>{t.programme.city}</span>
              <select
                value={wish.city ?? ""}
                onChange={(event) => setWish({ ...wish, city: event.target.value || undefined })}
              >
                <option value="">{t.programme.allCities}</option>
                {cities.map((city) => (
                  <option key={city}>{city}</option>
                ))}
              </select>
            </label>
          )}
          <label className="field inline grow">
            <span>{t.programme.search}</span>
            <input
              type="search"
              value={search}
              placeholder={t.programme.searchHint}
              onChange={(event) => setSearch(event.target.value)}
            />
          </label>
        </div>
      </div>
      <DayStrip
        days={found.data?.dates ?? []}
        chosen={day}
        today={today}
        onChoose={(date) => setWish({ ...wish, date: date === today ? undefined : date })}
      />
      <h2 className="day-title" aria-live="polite">
        {found.data ? longDay(day) : " "}
      </h2>
      {found.isError ? (
        <Trouble error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading rows={5} className="films" />
      ) : films.length ? (
        <ul className={`films ${found.isPlaceholderData ? "stale" : ""}`}>
          {films.map((film) => (
            <li key={film.id}>
              <FilmRow film={film} withCity={!wish.city} theaters={theaters.data ?? []} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="empty">{search ? t.programme.noMatch(search) : t.programme.empty}</p>
      )}
    </div>
  );
}

type Wish = Pick<Day, "city" | "date">;

function useWish(): [Wish, (wish: { [K in keyof Wish]: Wish[K] | undefined }) => void] {
  const [, go] = useLocation();
  const query = new URLSearchParams(useSearch());
  const wish: Wish = {};
  const city = query.get("city");
  const date = query.get("date");
  if (city) wish.city = city;
  if (date) wish.date = date;
  return [
    wish,
    (next) => {
      const wanted = new URLSearchParams();
      for (const [name, value] of Object.entries(next)) if (value) wanted.set(name, value);
      const text = wanted.toString();
      go(text ? `/?${text}` : "/", { replace: true });
    },
  ];
}

/** Those that the server finds, in spite of typos; while it looks, those with the letters. */
function useMatches(films: FilmTimes[], search: string): FilmTimes[] {
  const wanted = useLater(search.trim());
  const found = useQuery({
    queryKey: ["search", wanted],
    queryFn: () => searchFilms(server, wanted),
    enabled: wanted.length > 1,
  });
  if (!search.trim()) return films;
  const letters = search.trim().toLocaleLowerCase();
  const ids = wanted === search.trim() ? found.data?.map((film) => film.id) : undefined;
  if (ids) {
    const place = (film: FilmTimes) => ids.indexOf(film.id);
    return films.filter((film) => place(film) >= 0).sort((a, b) => place(a) - place(b));
  }
  return films.filter((film) => film.title.toLocaleLowerCase().includes(letters));
}

function useLater(text: string): string {
  const [later, setLater] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return later;
}
