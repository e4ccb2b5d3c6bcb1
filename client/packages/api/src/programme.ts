/** What is on, and what the site is. */

import { taken } from "./calls";
import type { Schemas, Server } from "./server";

export type FilmTimes = Schemas["ProgrammeFilm"];
export type ShowTime = Omit<Schemas["ProgrammeShow"], "screen">;
/** `date` as "2026-12-31", of the theaters. */
export type Day = { city?: string; theater?: number; date?: string };

export const getSite = (server: Server) => taken(server.open.GET("/api/v1/site/"));

/** Each film once with its times; without a day, of the first one that has shows. */
export const getProgramme = (server: Server, query: Day) =>
  taken(server.open.GET("/api/v1/programme/", { params: { query } }));

export const getTheaters = async (server: Server) =>
  (await taken(server.open.GET("/api/v1/theaters/", { params: { query: { page_size: 100 } } })))
    .results;

export const getTheater = (server: Server, id: number) =>
  taken(server.open.GET("/api/v1/theaters/{id}/", { params: { path: { id } } }));

export const getFilm = (server: Server, id: number) =>
  taken(server.open.GET("/api/v1/movies/{id}/", { params: { path: { id } } }));

/** All pages of a film's coming shows, of all theaters or one. */
export async function showsOfFilm(
  server: Server,
  movie: number,
  theater?: number,
): Promise<Schemas["Show"][]> {
  const found: Schemas["Show"][] = [];
  for (let page = 1; ; page++) {
    const query = { movie, page, page_size: 100, ...(theater && { theater }) };
    const answer = await taken(server.open.GET("/api/v1/shows/", { params: { query } }));
    found.push(...answer.results);
    if (!answer.next || page === 5) return found;
  }
}

export async function searchFilms(server: Server, search: string): Promise<Schemas["Movie"][]> {
  const query = { search, page_size: 8 };
  return (await taken(server.open.GET("/api/v1/movies/", { params: { query } }))).results;
}

export const getShow = (server: Server, id: number) =>
  taken(server.open.GET("/api/v1/shows/{id}/", { params: { path: { id } } }));
