/** Deutsch. */

import type { Words } from ".";

const SPOKEN: Record<string, string> = {
  English: "Englisch",
  French: "Französisch",
  German: "Deutsch",
  Hindi: "Hindi",
  Italian: "Italienisch",
  Japanese: "Japanisch",
  Korean: "Koreanisch",
  Spanish: "Spanisch",
  Turkish: "Türkisch",
};

export const de: Words = {
  home: (site) => `${site}, zum Programm`,
  skip: "Zum Inhalt",
  main: "Hauptmenü",
  more: "Mehr",
  language: "Sprache",
  apiDocs: "Für Entwickler",
  myTickets: "Meine Tickets",
  toProgramme: "Zum Programm",
  loading: "Wird geladen",
  logIn: "Anmelden",
  accountTitle: "Konto",
  aboutTitle: "Impressum und Barrierefreiheit",
  instead: (seats) => `Stattdessen ${seats} nehmen`,
  offline: "Sie sind offline. Was Sie vorher geöffnet haben, ist noch da.",
  today: "Heute",
  minutes: (count) => `${count} Min.`,
  spoken: (language) => SPOKEN[language] ?? language,
  from: (price) => `ab ${price}`,
  seatsLeft: { few: "wenige Plätze", full: "ausverkauft" },
  times: (film, theater) => `${film} im ${theater}`,
  programme: {
    title: "Programm",
    inCity: (city) => `Programm in ${city}`,
    city: "Stadt",
    allCities: "Alle Städte",
    search: "Film",
    searchHint: "Titel suchen",
    day: "Tag",
    empty: "An diesem Tag läuft nichts. Wählen Sie einen anderen.",
    noMatch: (search) => `Nichts wie „${search}“ an diesem Tag.`,
  },
  film: {
    title: "Film",
    with: "Mit",
    trailer: "Trailer ansehen",
    coming: "Wählen Sie eine Vorstellung",
    noShows: "Zurzeit gibt es keine Vorstellung davon.",
  },
  category: {
    standard: "Standard",
    premium: "Premium",
    recliner: "Liegesessel",
    wheelchair: "Rollstuhlplatz",
  },
  trouble: {
    notFound: "Diese Seite gibt es nicht",
    noAnswer: "Der Server antwortet nicht. Ist Ihr Netz in Ordnung?",
    retry: "Noch einmal versuchen",
  },
  problems: {
    not_found: "Das gibt es nicht mehr, oder es gehört Ihnen nicht.",
    too_many_requests: "Das war etwas zu oft. Bitte warten Sie eine Minute.",
  },
};
