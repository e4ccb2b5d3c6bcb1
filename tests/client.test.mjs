// What docs/client.md promises of its code, tried on a real server.
// MODULES: the folder of the extracted code; API: the server; SHOW: a show with seats A1 to J10.
import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";

const { API, MODULES, SHOW } = process.env;
const load = (name) => import(pathToFileURL(`${MODULES}/${name}.js`));
const { NoAnswer, Problem, patiently, pause, refusedWith, send } = await load("calls");
const { createSession } = await load("session");
const { watchSeats } = await load("seats");
const { holdSeats, lostSeats, myHold, releaseSeats, secondsLeft } = await load("hold");
const { forgetPassword } = await load("forgotten");
const { book, cancel, finishPending, wishFor } = await load("booking");

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
  const session = createSession(API, store, onLoggedOut);
  await session.register(`person-${process.pid}-${++people}@example.com`, password, "Person");
  return session;
}

const count = (ending) => sent.filter((url) => url.endsWith(ending)).length;

/** Lets the next request to an address through, and loses its answer. */
function loseAnswerOf(ending, times = 1) {
  const before = globalThis.fetch;
  globalThis.fetch = async (url, options) => {
    const response = await before(url, options);
    if (!url.endsWith(ending) || times-- <= 0) return response;
    await response.text();
    throw new TypeError("fetch failed");
  };
}

before(() => assert(API && MODULES && SHOW));
beforeEach(() => {
  sent = [];
  globalThis.fetch = (url, options) => {
    sent.push(url);
    return realFetch(url, options);
  };
});

test("a refusal is a Problem with its code and fields", async () => {
  const refused = createSession(API, memory()).register("nobody", "short", "Nobody");
  await assert.rejects(refused, (error) => {
    assert(error instanceof Problem);
    assert.equal(error.code, "validation_failed");
    return "email" in error.fields;
  });
});

test("a server that is not there is no answer", async () => {
  await assert.rejects(send("http://127.0.0.1:9/"), NoAnswer);
});

test("who is not logged in calls publicly, and is told so privately", async () => {
  const session = createSession(API, memory());
  assert.equal((await session.call("movies/")).status, 200);
  await assert.rejects(session.call("users/me/"), { code: "not_authenticated" });
});

test("a forgotten password is a promise of a code, for an address that nobody has, too", async () => {
  const setPassword = await forgetPassword(createSession(API, memory()), "nobody@example.com");
  await assert.rejects(setPassword("123456", "another way home"), { code: "invalid_code" });
});

test("the app starts again with nothing but the stored token", async () => {
  const store = memory();
  await newcomer(store);
  const again = createSession(API, store);
  assert.equal((await again.call("users/me/")).data.name, "Person");
  assert.equal((await again.call("users/me/")).status, 200);
  assert.equal(count("auth/refresh/"), 1);
});

test("many calls at once share one refresh", async () => {
  const store = memory();
  await newcomer(store);
  const session = createSession(API, store);
  const answers = await Promise.all(Array.from({ length: 8 }, () => session.call("users/me/")));
  assert(answers.every((answer) => answer.status === 200));
  assert.equal(count("auth/refresh/"), 1);
});

test("an access token that has run out is renewed within the call", async () => {
  const session = await newcomer();
  let spoiled = 0;
  const before = globalThis.fetch;
  globalThis.fetch = (url, options) => {
    if (url.endsWith("users/me/") && spoiled++ < 2) options.headers.Authorization += "x";
    return before(url, options);
  };
  const answers = await Promise.all([session.call("users/me/"), session.call("users/me/")]);
  assert(answers.every((answer) => answer.status === 200));
  assert.equal(count("auth/refresh/"), 1);
});

test("two tabs that refresh at once both go on", async () => {
  const store = memory();
  await newcomer(store);
  const tabs = [createSession(API, store), createSession(API, store)];
  const answers = await Promise.all(tabs.map((tab) => tab.call("users/me/")));
  assert(answers.every((answer) => answer.status === 200));
});

test("a session that has ended leads to the login, once", async () => {
  const store = memory();
  let shown = 0;
  const session = await newcomer(store, () => shown++);
  await createSession(API, memory(await store.load())).logOut();
  await assert.rejects(session.call("users/me/"), { code: "not_authenticated" });
  assert.equal(shown, 1);
  assert.equal(await store.load(), null);
});

test("the seat map comes once, then only when it changes", async () => {
  const session = await newcomer();
  const maps = [];
  const statuses = [];
  const ask = async (...words) => {
    const answer = await session.ask(...words);
    statuses.push(answer.status);
    return answer;
  };
  const watch = watchSeats({ ask }, show, (map) => maps.push(map), { every: 3600 });
  const look = async () => {
    const looked = statuses.length;
    await watch.look();
    assert.equal(statuses.length, looked + 1);
  };
  while (!maps.length) await pause(0.05);
  await look();
  assert.equal(statuses.at(-1), 304);
  await holdSeats(session, show, ["J1"]);
  await look();
  assert.equal(statuses.at(-1), 200);
  assert.equal(maps.at(-1).seats.find((seat) => seat.label === "J1").status, "selected");
  watch.stop();
  await releaseSeats(session, show);
});

test("where the browser keeps the seat map, one that has not changed is no news", async () => {
  const session = await newcomer();
  const maps = [];
  const statuses = [];
  const ask = async (path) => {
    const answer = await session.ask(path);
    statuses.push(answer.status);
    return answer;
  };
  const watch = watchSeats({ ask }, show, (map) => maps.push(map), { every: 3600 });
  while (!maps.length) await pause(0.05);
  await watch.look();
  watch.stop();
  assert.deepEqual(statuses, [200, 200]);
  assert.equal(maps.length, 1);
});

test("a hold counts down from what the server says is left", async () => {
  const session = await newcomer();
  assert.equal(await myHold(session, show), null);
  const hold = await holdSeats(session, show, ["A1", "A2"]);
  assert(secondsLeft(hold) >= 470 && secondsLeft(hold) <= 480);
  assert.deepEqual((await myHold(session, show)).seats.map((seat) => seat.label), ["A1", "A2"]);
  assert.equal(secondsLeft({ ...hold, lapsesAt: performance.now() - 1 }), 0);
  const rival = holdSeats(await newcomer(), show, ["A2", "A3"]);
  await assert.rejects(rival, (error) => lostSeats(error)[0] === "A2");
  await releaseSeats(session, show);
});

test("a booking whose answer is lost is made once, and its answer is had", async () => {
  const session = await newcomer();
  const pending = memory();
  const wish = wishFor(await holdSeats(session, show, ["B1", "B2"]));
  loseAnswerOf("bookings/", 2);
  const booking = await book(session, wish, pending);
  assert.equal(booking.status, "confirmed");
  assert.equal(count("bookings/"), 3);
  assert.equal((await session.call("bookings/")).data.count, 1);
  assert.equal(await pending.load(), null);
});

test("an app that died while it booked finishes when it starts again", async () => {
  const session = await newcomer();
  const wish = wishFor(await holdSeats(session, show, ["C1"]));
  const first = (await session.call("bookings/", { method: "POST", key: wish.key, body: { show, total: wish.total } })).data;
  const pending = memory(wish);
  assert.equal((await finishPending(session, pending)).reference, first.reference);
  assert.equal(await finishPending(session, pending), null);
});

test("another price is refused, and forgotten as a wish", async () => {
  const session = await newcomer();
  const pending = memory();
  const wish = { ...wishFor(await holdSeats(session, show, ["D1"])), total: "1.00" };
  await assert.rejects(book(session, wish, pending), (error) => refusedWith(error, "price_changed") && error.document.total === "250.00");
  assert.equal(await pending.load(), null);
  await releaseSeats(session, show);
});

test("a booking is cancelled, also when the answer is lost", async () => {
  const session = await newcomer();
  const booking = await book(session, wishFor(await holdSeats(session, show, ["E1"])), memory());
  loseAnswerOf("cancel/");
  assert.equal((await cancel(session, booking.reference)).status, "cancelled");
  await assert.rejects(cancel(session, booking.reference), { code: "already_cancelled" });
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
  const session = await newcomer(store);
  await session.logOut();
  assert.equal(await store.load(), null);
  await assert.rejects(session.call("users/me/"), { code: "not_authenticated" });
});
