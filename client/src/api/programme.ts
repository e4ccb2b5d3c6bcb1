/** What is on. */

import { dayIn, daysAfter } from "../format";
import { open, type Schemas, taken } from "./client";

export type ShowTime = Pick<
  Schemas["Show"],
  | "id"
  | "starts_at"
  | "ends_at"
  | "language"
  | "format"
  | "price_from"
  | "currency"
  | "seats_total"
  | "seats_available"
> & { screen: string };
export type TheaterTimes = { id: number; name: string; timezone: string; shows: ShowTime[] };
export type FilmTimes = Pick<
  Schemas["Movie"],
  "id" | "title" | "duration_minutes" | "certificate" | "genres" | "poster_url"
> & { theaters: TheaterTimes[] };
export type Programme = { date: string; dates: string[]; films: FilmTimes[] };

export type Wish = { city?: string; date?: string };

/** All pages of the shows of a day, put together by film and theater. */
export async function programme({ city, date }: Wish): Promise<Programme> {
  const [theaters, films] = await Promise.all([getTheaters(), allFilms()]);
  const zone = theaters.find((each) => !city || each.city === city)?.timezone ?? "UTC";
  const today = dayIn(zone);
  const day = date && date >= today ? date : today;
  const shows = await allShows({ date: day, ...(city ? { city } : {}) });
  return {
    date: day,
    dates: Array.from({ length: 14 }, (_, index) => daysAfter(today, index)),
    films: grouped(shows, films),
  };
}

type ShowQuery = { date?: string; city?: string; movie?: number };

async function allShows(wish: ShowQuery): Promise<Schemas["Show"][]> {
  const found: Schemas["Show"][] = [];
  for (let page = 1; ; page++) {
    const query = { ...wish, page, page_size: 100 };
    const answer = await taken(open.GET("/api/v1/shows/", { params: { query } }));
    found.push(...answer.results);
    if (!answer.next || page === 5) return found;
  }
}

async function allFilms(): Promise<Map<number, Schemas["Movie"]>> {
  const query = { now_showing: true, page_size: 100 };
  const { results } = await taken(open.GET("/api/v1/movies/", { params: { query } }));
  return new Map(results.map((film) => [film.id, film]));
}

function grouped(shows: Schemas["Show"][], films: Map<number, Schemas["Movie"]>): FilmTimes[] {
  const found = new Map<number, FilmTimes>();
  for (const show of shows) {
    const film = films.get(show.movie.id);
    const entry: FilmTimes = found.get(show.movie.id) ?? {
      ...show.movie,
      genres: film?.genres ?? [],
      poster_url: film?.poster_url ?? "",
      theaters: [],
    };
    found.set(show.movie.id, entry);
    let theater = entry.theaters.find((each) => each.id === show.theater.id);
    if (!theater) {
      theater = { ...show.theater, shows: [] };
      entry.theaters.push(theater);
    }
    theater.shows.push({ ...show, screen: show.screen.name });
  }
  return [...found.values()].sort((a, b) => a.title.localeCompare(b.title));
}

export const getTheaters = async () =>
  (await taken(open.GET("/api/v1/theaters/", { params: { query: { page_size: 100 } } }))).results;

export const getTheater = (id: number) =>
  taken(open.GET("/api/v1/theaters/{id}/", { params: { path: { id } } }));

export const getFilm = (id: number) =>
  taken(open.GET("/api/v1/movies/{id}/", { params: { path: { id } } }));

export const showsOfFilm = (movie: number, city: string) =>
  allShows({ movie, ...(city ? { city } : {}) });

export async function searchFilms(search: string): Promise<Schemas["Movie"][]> {
  const query = { search, page_size: 8 };
  return (await taken(open.GET("/api/v1/movies/", { params: { query } }))).results;
}

export const getShow = (id: number) =>
  taken(open.GET("/api/v1/shows/{id}/", { params: { path: { id } } }));

export const getLimits = () => taken(open.GET("/api/v1/limits/"));
