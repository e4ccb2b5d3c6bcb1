// A purchase and its refusals, on a real server, with the client that CLIENT names.
// ON_SALE: ids of five shows with free seats; CANCELLED: one that is off; "lapse": please end all holds.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import heyApi from "./hey-api";
import openapiTypescript from "./openapi-typescript";
import orval from "./orval";
import { afterBooking, afterHold } from "./purchase";
import { is, unlisted } from "./refusals";
import typescriptFetch from "./typescript-fetch";

const { API = "", CANCELLED = "", CLIENT = "", ON_SALE = "" } = process.env;
const shops = new Map([
  ["hey-api", heyApi], ["openapi-typescript", openapiTypescript], ["orval", orval],
  ["typescript-fetch", typescriptFetch],
]);
const onSale = ON_SALE.split(",").map(Number);
const [show = 0] = onSale;
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function newcomer(name: string) {
  const openShop = shops.get(CLIENT);
  assert(openShop);
  const shop = openShop(API);
  await shop.register({ email: `${name}@example.com`, password: "a long walk home", name });
  return {
    ...shop,
    /** What is next after a hold; null when there is one. */
    async afterHold(id: number, ...seats: string[]) {
      const answer = await shop.hold(id, seats);
      return "refusal" in answer ? afterHold(answer.refusal) : null;
    },
    async afterBooking(id: number, total: string) {
      const answer = await shop.book(id, total);
      return "refusal" in answer ? afterBooking(answer.refusal) : null;
    },
  };
}

const anna = await newcomer(`anna-${CLIENT}`);
const ben = await newcomer(`ben-${CLIENT}`);

assert((await anna.shows()).includes(show));
const held = await anna.hold(show, ["A1", "A2"]);
assert("hold" in held);
assert.deepEqual(held.hold.seats.map((seat) => seat.label), ["A1", "A2"]);

assert.deepEqual(await ben.afterHold(show, "A2", "A3"), { next: "choose seats", lost: ["A2"] });
assert.deepEqual(await ben.afterHold(show), { next: "correct", fields: ["seats"] });
assert.deepEqual(await ben.afterHold(Number(CANCELLED), "A1"), { next: "leave" });
assert.deepEqual(await ben.afterBooking(show, "1.00"), { next: "choose seats", lost: [] });
assert.deepEqual(await anna.afterBooking(show, "1.00"), { next: "agree", total: held.hold.total });

const bought = await anna.book(show, held.hold.total);
assert("booking" in bought);
const { reference } = bought.booking;
assert.equal((await anna.booking(reference)).status, "confirmed");
assert.equal((await anna.cancel(reference)).status, "cancelled");

for (const other of onSale.slice(1)) assert.equal(await ben.afterHold(other, "B1"), null);
const tooMany = await ben.afterHold(show, "B1");
assert(tooMany?.next === "free a show");
assert.deepEqual([...tooMany.shows].sort(), onSale.slice(1).sort());

console.log("lapse");
await answers.next();
assert.deepEqual(await ben.afterBooking(onSale[1] ?? 0, "1.00"), { next: "choose seats", lost: [] });

const tomorrow = { code: "not_invented_yet", status: 409, detail: "Sorry." };
assert(!is<typeof tomorrow | { code: "busy"; status: 503; detail: string }, "busy">(tomorrow, "busy"));
assert.deepEqual(unlisted(tomorrow), { next: "apologize" });
process.exit();
