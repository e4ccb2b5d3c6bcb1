/** Times in the theater's zone, money and days as the language writes them. */

import { language } from "./words";

const kept = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = localeOf(language());
  const name = JSON.stringify([locale, zone, options]);
  let found = kept.get(name);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    kept.set(name, found);
  }
  return found;
}

/** The reader's own form of the language, such as en-GB, where the browser says it. */
const localeOf = (tag: string) =>
  navigator.languages.find((each) => each.toLowerCase().startsWith(tag)) ?? tag;

export const timeOf = (moment: string, zone: string) =>
  formatter(zone, { hour: "2-digit", minute: "2-digit" }).format(new Date(moment));

export const dayOf = (moment: string, zone: string) =>
  formatter(zone, { weekday: "long", day: "numeric", month: "long" }).format(new Date(moment));

export const momentOf = (moment: string, zone: string) =>
  `${formatter(zone, { weekday: "short", day: "numeric", month: "short" }).format(new Date(moment))}, ${timeOf(moment, zone)}`;

export const dateOf = (moment: string) =>
  formatter(ownZone(), { day: "numeric", month: "long", year: "numeric" }).format(new Date(moment));

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The name of the theater's zone, when the device is in another one; else "". */
export function foreignZone(moment: string, zone: string): string {
  const when = new Date(moment);
  const numeric: Intl.DateTimeFormatOptions = {
    hour: "numeric",
    minute: "numeric",
    day: "numeric",
  };
  if (formatter(zone, numeric).format(when) === formatter(ownZone(), numeric).format(when))
    return "";
  const parts = formatter(zone, { hour: "numeric", timeZoneName: "short" }).formatToParts(when);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** The calendar day in a zone, as 2026-12-31. */
export function dayIn(zone: string, moment = new Date()): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
  return parts.format(moment);
}

const atNoon = (day: string) => new Date(`${day}T12:00:00Z`);

export const weekdayOf = (day: string) =>
  formatter("UTC", { weekday: "short" }).format(atNoon(day));
export const shortDay = (day: string) =>
  formatter("UTC", { day: "numeric", month: "short" }).format(atNoon(day));
export const longDay = (day: string) =>
  formatter("UTC", { weekday: "long", day: "numeric", month: "long" }).format(atNoon(day));

export function daysAfter(day: string, days: number): string {
  return new Date(atNoon(day).getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

const currencies = new Map<string, Intl.NumberFormat>();

export function money(amount: string | number, currency: string): string {
  const locale = localeOf(language());
  let format = currencies.get(locale + currency);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: "currency", currency });
    currencies.set(locale + currency, format);
  }
  return format.format(Number(amount));
}

/** Minutes and seconds, as 7:05. */
export const clock = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

export const list = (items: string[]) =>
  new Intl.ListFormat(language(), { type: "conjunction" }).format(items);
