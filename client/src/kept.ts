/** What was opened is kept on this device, for the door of a cinema without a network. */

import type { Booking } from "@moviebooking/api/bookings";

export type Kept = { reference: string; booking: Booking; codes: Record<string, string> };

const STORE = "bookings";

function database(): Promise<IDBDatabase> {
  return new Promise((done, failed) => {
    const request = indexedDB.open("tickets", 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { keyPath: "reference" });
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>) {
  const store = (await database()).transaction(STORE, mode).objectStore(STORE);
  return new Promise<T>((done, failed) => {
    const request = act(store);
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

/** A device that keeps nothing is no reason to show nothing: failures are ignored. */
const quietly = <T>(work: Promise<T>) => work.catch(() => undefined);

export const keep = (entry: Kept) => quietly(run("readwrite", (store) => store.put(entry)));
export const kept = (reference: string): Promise<Kept | undefined> =>
  quietly(run("readonly", (store) => store.get(reference) as IDBRequest<Kept | undefined>));
export const allKept = async (): Promise<Kept[]> =>
  (await quietly(run("readonly", (store) => store.getAll() as IDBRequest<Kept[]>))) ?? [];
/** At the logout: the next one at this device shall find nothing. */
export const forget = () => quietly(run("readwrite", (store) => store.clear()));
