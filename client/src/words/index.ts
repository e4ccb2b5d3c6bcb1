/** The words of the chosen language. A language is a file beside this one, and a line here. */

import { useSyncExternalStore } from "react";
import { en } from "./en";

type Widened<T> = T extends string
  ? string
  : T extends (...all: infer A) => string
    ? (...all: A) => string
    : { readonly [K in keyof T]: Widened<T[K]> };
export type Words = Widened<typeof en>;

const FILES: Record<string, () => Promise<Words>> = {
  en: async () => en,
  de: async () => (await import("./de")).de,
};
export const LANGUAGES: Record<string, string> = { en: "English", de: "Deutsch" };
const KEPT = "language";

let current = "en";
let words: Words = en;
const readers = new Set<() => void>();

export const language = () => current;
/** For what is not a component. */
export const wordsNow = () => words;

/** Shows everything in this language from now on. */
export async function speak(wanted: string): Promise<void> {
  const load = FILES[wanted];
  if (!load) return;
  words = await load();
  current = wanted;
  document.documentElement.lang = wanted;
  for (const reader of readers) reader();
}

export async function chooseLanguage(wanted: string): Promise<void> {
  await speak(wanted);
  try {
    localStorage.setItem(KEPT, wanted);
  } catch {
    // A private window that keeps nothing: the choice holds until it is closed.
  }
}

/** The language chosen before, else the first of the browser's that there is. */
export function preferredLanguage(): string {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // As above.
  }
  const wanted = [kept ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2));
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
