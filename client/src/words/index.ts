/** The words of the chosen language: those of every page, and more for the pages that are loaded
 *  later. A language is two files beside this one, and an entry here. */

import { useSyncExternalStore } from "react";
import type { en } from "./en";
import type { more } from "./en.more";

type Widened<T> = T extends string
  ? string
  : T extends (...all: infer A) => string
    ? (...all: A) => string
    : { readonly [K in keyof T]: Widened<T[K]> };
export type Words = Widened<typeof en>;
export type More = Widened<typeof more>;
export type MoreWords = Words & More;

type Files = { words: () => Promise<Words>; more: () => Promise<More> };
const FILES: Record<string, Files> = {
  en: {
    words: async () => (await import("./en")).en,
    more: async () => (await import("./en.more")).more,
  },
  de: {
    words: async () => (await import("./de")).de,
    more: async () => (await import("./de.more")).more,
  },
};
export const LANGUAGES: Record<string, string> = { en: "English", de: "Deutsch" };
const KEPT = "language";

let current = "en";
let asked = current;
let needsMore = false;
let words: Words;
const readers = new Set<() => void>();

export const language = () => current;

/** Shows everything in this language from now on; the first call comes before anything is shown. */
export async function speak(wanted: string): Promise<void> {
  const files = FILES[wanted];
  if (!files) return;
  asked = wanted;
  let found: Words;
  try {
    found = await files.words();
    if (needsMore) found = joined(found, await files.more());
  } catch (error) {
    if (asked === wanted) asked = current;
    throw error;
  }
  if (asked !== wanted) return speak(asked);
  words = found;
  current = wanted;
  document.documentElement.lang = wanted;
  for (const reader of readers) reader();
}

const joined = (some: Words, more: More): MoreWords => ({
  ...some,
  ...more,
  problems: { ...some.problems, ...more.problems },
});

/** For a page that reads `useMoreWords`: it is there once they are, too. */
export async function withMoreWords<Page>(page: Promise<Page>): Promise<Page> {
  needsMore = true;
  return (await Promise.all([page, speak(asked)]))[0];
}

export async function chooseLanguage(wanted: string): Promise<void> {
  await speak(wanted);
  try {
    localStorage.setItem(KEPT, wanted);
  } catch {
    // A private window that keeps nothing: the choice holds until it is closed.
  }
}

/** The one asked for, else the one chosen before, else the first of the browser's that there is. */
export function preferredLanguage(first: string | null): string {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // As above.
  }
  const wanted = [first ?? "", kept ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2));
  return wanted.find((tag) => tag in FILES) ?? "en";
}

export function useWords(): Words {
  return useSyncExternalStore(
    (reader) => {
      readers.add(reader);
      return () => readers.delete(reader);
    },
    () => words,
  );
}

/** On pages that `withMoreWords` has loaded. */
export const useMoreWords = () => useWords() as MoreWords;
