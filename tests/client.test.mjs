// What docs/client.md promises of its code and of @moviebooking/api, tried on a real server.
// MODULES: the folder of both; API: the server; SHOW: a show with seats A1 to J10.
import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";

const { API, MODULES, SHOW } = process.env;
const load = (name) => import(pathToFileURL(`${MODULES}/${name}.js`));
const api = await import(pathToFileURL(`${MODULES}/node_modules/@moviebooking/api/index.js`));
const { NoAnswer, Problem, finishPending, getBookings, logIn, logOut, myHold, newKey } = api;
const { patiently, pause, refusedWith, register, releaseSeats, secondsLeft, taken, whoIsHere } = api;
const { getMe, saying } = await load("calls");
const { connectApp } = await load("session");
const { followSeats } = await load("seats");
const { choose } = await load("hold");
const { resetPassword } = await load("forgotten");
const { bookHold, cancelAll, wishFor } = await load("booking");

const show = Number(SHOW);
const password = "a long walk home";
const realFetch = globalThis.fetch;
let sent = [];
let people = 0;

/** Something that is kept: a token, or what is being booked. */
function memory(value = null) {
  return { load: async () => value, save: async (next) => void (value = next) };
}

async function newcomer(store = memory(), onLoggedOut) {
  const server = connectApp(API, store, onLoggedOut);
  const email = `person-${process.pid}-${++people}@example.com`;
  await register(server, "Person", email, password);
  return Object.assign(server, { email });
}

const held = async (server, ...labels) => (await choose(server, show, labels)).hold;
const count = (ending) => sent.filter((url) => url.endsWith(ending)).length;

/** Lets the next request to an address through, and loses its answer. */
function loseAnswerOf(ending, times = 1) {
  const before = globalThis.fetch;
  globalThis.fetch = async (request, options) => {
    const response = await before(request, options);
    if (!request.url.endsWith(ending) || times-- <= 0) return response;
    await response.text();
    throw new TypeError("fetch failed");
  };
}

before(() => assert(API && MODULES && SHOW));
beforeEach(() => {
  sent = [];
  globalThis.fetch = (request, options) => {
    sent.push(request.url);
    return realFetch(request, options);
  };
});

test("a refusal is a Problem with its code and fields, which the page's code says", async () => {
  const refused = register(connectApp(API, memory()), "Nobody", "nobody", "short");
  await assert.rejects(refused, (error) => {
    assert(error instanceof Problem);
    assert.equal(error.code, "validation_failed");
    return saying(error) === error.fields.email;
  });
});

test("a server that is not there is no answer", async () => {
  const nowhere = connectApp("http://127.0.0.1:9", memory());
  await assert.rejects(taken(nowhere.open.GET("/api/v1/site/")), NoAnswer);
});

test("who is not logged in calls publicly, is told so privately, and is nobody", async () => {
  const server = connectApp(API, memory());
  assert((await api.searchFilms(server, "a")).length >= 0);
  await assert.rejects(getMe(server), { code: "not_authenticated" });
  assert.equal(await whoIsHere(server), null);
});

test("who logs in again is the same", async () => {
  const { email } = await newcomer();
  const server = connectApp(API, memory());
  await logIn(server, email, password);
  assert.equal((await whoIsHere(server)).email, email);
});

test("what a guest holds goes along to the account that is logged in to", async () => {
  const { email } = await newcomer();
  const server = connectApp(API, memory());
  await api.openGuest(server);
  await held(server, "G1");
  await logIn(server, email, password);
  assert.equal((await myHold(server, show)).seats[0].label, "G1");
  await releaseSeats(server, show);
});

test("a forgotten password is a promise of a code, for an address that nobody has, too", async () => {
  const set = resetPassword(connectApp(API, memory()), "nobody@example.com", async () => ["123456", "another way home"]);
  await assert.rejects(set, { code: "invalid_code" });
});

test("the app starts again with nothing but the stored token", async () => {
  const store = memory();
  await newcomer(store);
  const again = connectApp(API, store);
  assert.equal((await getMe(again)).name, "Person");
  await getMe(again);
  assert.equal(count("auth/refresh/"), 1);
});

test("many calls at once share one refresh", async () => {
  const store = memory();
  await newcomer(store);
  const server = connectApp(API, store);
  await Promise.all(Array.from({ length: 8 }, () => getMe(server)));
  assert.equal(count("auth/refresh/"), 1);
});

test("an access token that has run out is renewed within the call", async () => {
  const server = await newcomer();
  let spoiled = 0;
  const before = globalThis.fetch;
  globalThis.fetch = (request, options) => {
    if (request.url.endsWith("users/me/") && spoiled++ < 2) {
      request.headers.set("Authorization", `${request.headers.get("Authorization")}x`);
    }
    return before(request, options);
  };
  await Promise.all([getMe(server), getMe(server)]);
  assert.equal(count("auth/refresh/"), 1);
});

test("two tabs that refresh at once both go on", async () => {
  const store = memory();
  await newcomer(store);
  await Promise.all([connectApp(API, store), connectApp(API, store)].map(getMe));
});

test("a session that has ended leads to the login, once", async () => {
  const store = memory();
  let shown = 0;
  const server = await newcomer(store, () => shown++);
  await logOut(connectApp(API, memory(await store.load())));
  await assert.rejects(getMe(server), { code: "not_authenticated" });
  assert.equal(shown, 1);
  assert.equal(await store.load(), null);
});

/** Follows the seats, and says the status of each answer. */
async function following(server, { isBrowser = false } = {}) {
  const maps = [];
  const statuses = [];
  const before = globalThis.fetch;
  globalThis.fetch = async (request, options) => {
    if (isBrowser) request.headers.delete("If-None-Match");
    const response = await before(request, options);
    if (request.url.endsWith("seats/")) statuses.push(response.status);
    return response;
  };
  const watch = followSeats(server, show, (map) => maps.push(map));
  while (!maps.length) await pause(0.05);
  return { maps, statuses, watch };
}

test("the seat map comes once, then only when it changes", async () => {
  const server = await newcomer();
  const { maps, statuses, watch } = await following(server);
  await watch.look();
  assert.equal(statuses.at(-1), 304);
  await held(server, "J1");
  await watch.look();
  assert.equal(statuses.at(-1), 200);
  assert.equal(maps.at(-1).seats.find((seat) => seat.label === "J1").status, "selected");
  watch.stop();
  await releaseSeats(server, show);
});

test("where the browser keeps the seat map, one that has not changed is no news", async () => {
  const { maps, statuses, watch } = await following(await newcomer(), { isBrowser: true });
  await watch.look();
  watch.stop();
  assert.deepEqual(statuses, [200, 200]);
  assert.equal(maps.length, 1);
});

test("a hold counts down from what the server says is left", async () => {
  const server = await newcomer();
  assert.equal(await myHold(server, show), null);
  const { hold, seconds } = await choose(server, show, ["A1", "A2"]);
  assert(seconds >= 470 && seconds <= 480);
  assert.deepEqual((await myHold(server, show)).seats.map((seat) => seat.label), ["A1", "A2"]);
  assert.equal(secondsLeft({ ...hold, lapsesAt: performance.now() - 1 }), 0);
  assert.deepEqual((await choose(await newcomer(), show, ["A2", "A3"])).lost, ["A2"]);
  await releaseSeats(server, show);
});

test("a booking whose answer is lost is made once, and its answer is had", async () => {
  const server = await newcomer();
  const pending = memory();
  const hold = await held(server, "B1", "B2");
  loseAnswerOf("bookings/", 2);
  const booking = await bookHold(server, hold, pending);
  assert.equal(booking.status, "confirmed");
  assert.equal(count("bookings/"), 3);
  assert.equal((await getBookings(server, true)).length, 1);
  assert.equal(await pending.load(), null);
});

test("an app that died while it booked finishes when it starts again", async () => {
  const server = await newcomer();
  const wish = wishFor(await held(server, "C1"));
  const first = await api.book(server, wish, memory());
  const pending = memory(wish);
  assert.equal((await finishPending(server, pending)).reference, first.reference);
  assert.equal(await finishPending(server, pending), null);
});

test("another price is refused, and forgotten as a wish", async () => {
  const server = await newcomer();
  const pending = memory();
  const hold = { ...(await held(server, "D1")), total: "1.00" };
  await assert.rejects(bookHold(server, hold, pending), (error) => {
    assert(refusedWith(error, "price_changed"));
    return saying(error) === "It costs 250.00 now.";
  });
  assert.equal(await pending.load(), null);
  await releaseSeats(server, show);
});

test("a booking is cancelled, also when the answer is lost", async () => {
  const server = await newcomer();
  const booking = await bookHold(server, await held(server, "E1"), memory());
  loseAnswerOf("cancel/");
  assert.equal((await cancelAll(server, booking.reference)).status, "cancelled");
  const again = api.cancelBooking(server, booking.reference, { key: newKey() });
  await assert.rejects(again, { code: "already_cancelled" });
});

test("a refusal is not repeated", async () => {
  let asked = 0;
  await assert.rejects(patiently(async () => {
    asked++;
    throw new Problem({ code: "no_hold", status: 409, detail: "" }, new Headers());
  }));
  assert.equal(asked, 1);
});

test("logging out ends the session at once", async () => {
  const store = memory();
  const server = await newcomer(store);
  await logOut(server);
  assert.equal(await store.load(), null);
  await assert.rejects(getMe(server), { code: "not_authenticated" });
});
