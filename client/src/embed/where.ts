/** Where this page is in a frame on a theater's own site; its address says so. */

const found = /^(\/embed\/theaters\/(\d+))\//.exec(location.pathname);

/** What stands before the addresses of a framed page, else "". */
export const BASE = found?.[1] ?? "";

/** The theater that a framed page is about. */
export const THEATER = found ? Number(found[2]) : undefined;

/** The language that the theater's site asks for. */
export const ASKED_LANGUAGE = found ? new URLSearchParams(location.search).get("lang") : null;
