/* Keeps the shell of the client, so that tickets opened before are found without a network.
   Pages come from the network first; files of assets/ never change. Calls of the API are never kept. */
const SHELL = "shell-1";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.add("/"))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith("/client/")) event.respondWith(keptFile(request));
  else if (request.mode === "navigate" && isPage(address.pathname)) {
    event.respondWith(page(request));
  }
});

const PAGE =
  /^\/((films|shows|checkout|bookings)\/[^/]+|bookings|login|register|reset|account|invitation|about)?$/;
const isPage = (path) => PAGE.test(path);

async function keptFile(request) {
  const cache = await caches.open(SHELL);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

/* All pages are one file. A new one names new files: what it does not name goes. */
async function page(request) {
  const cache = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.ok) await replaced(cache, answer.clone());
    return answer;
  } catch (error) {
    const found = await cache.match("/");
    if (found) return found;
    throw error;
  }
}

async function replaced(cache, answer) {
  const before = await cache.match("/");
  const text = await answer.clone().text();
  if (before && (await before.text()) !== text) {
    for (const key of await cache.keys()) await cache.delete(key);
  }
  await cache.put("/", answer);
}
