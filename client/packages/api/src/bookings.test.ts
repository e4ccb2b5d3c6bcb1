import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { book, finishPending, startPayment, type Wish } from "./bookings";
import { cookie } from "./cookie";
import { newKey } from "./keys";
import { NoAnswer } from "./problems";
import { connect } from "./server";

const WISH = { key: "a-key", show: 1, total: "25.00" } as Wish;
const BOOKED = () => Response.json({ reference: "ABC" }, { status: 201 });
const refusal = (code: string, status: number, headers = {}) =>
  Response.json({ code, status, detail: code }, { status, headers });
const lost = () => Promise.reject(new TypeError("Failed to fetch"));

function kept(value: Wish | null = null) {
  return {
    load: () => value,
    save: (next: Wish | null) => {
      value = next;
    },
  };
}

/** A server that gives these answers, one after the other. */
function answering(...answers: (() => Response | Promise<Response>)[]) {
  const keys: (string | null)[] = [];
  const fetch = async (request: Request) => {
    keys.push(request.headers.get("Idempotency-Key"));
    return answers.shift()!();
  };
  const server = connect({ origin: "https://tickets.example.com", session: cookie(), fetch });
  return { server, keys };
}

/** Lets the pauses between the attempts pass. */
async function outcome<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  await vi.runAllTimersAsync();
  return work;
}

describe("a booking", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is sent again with the same key until there is an outcome", async () => {
    const busy = () => refusal("unavailable", 503, { "Retry-After": "2" });
    const running = () => refusal("idempotency_key_in_use", 409);
    const { server, keys } = answering(lost, busy, running, BOOKED);
    const pending = kept();
    expect((await outcome(book(server, WISH, pending))).reference).toBe("ABC");
    expect(keys).toEqual(Array(4).fill("a-key"));
    expect(pending.load()).toBeNull();
  });

  test("is kept while nobody knows, and finished when the app starts again", async () => {
    const pending = kept();
    const { server } = answering(lost, lost, lost, lost, BOOKED);
    await expect(outcome(book(server, WISH, pending))).rejects.toBeInstanceOf(NoAnswer);
    expect(pending.load()).toEqual(WISH);
    expect((await outcome(finishPending(server, pending)))?.reference).toBe("ABC");
    expect(await finishPending(server, pending)).toBeNull();
  });

  test.each([400, 404, 409, 422])(
    "that is refused with %i is not sent again, nor kept",
    async (status) => {
      const { server, keys } = answering(() => refusal("price_changed", status));
      const pending = kept();
      await expect(outcome(book(server, WISH, pending))).rejects.toMatchObject({ status });
      expect([keys.length, pending.load()]).toEqual([1, null]);
    },
  );

  test.each([401, 429, 500])("whose outcome %i leaves open is kept", async (status) => {
    const { server } = answering(() => refusal("a_code", status));
    const pending = kept();
    await expect(outcome(book(server, WISH, pending))).rejects.toMatchObject({ status });
    expect(pending.load()).toEqual(WISH);
  });
});

test("a key is another one each time", () => {
  expect(newKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(newKey()).not.toBe(newKey());
  expect(newKey((bytes) => bytes.fill(10))).toBe("0a".repeat(16));
});

describe("a payment", () => {
  test("leads to whoever the server says, asked once and without a guess", async () => {
    const bodies: unknown[] = [];
    const fetch = async (request: Request) => {
      bodies.push(await request.json());
      return Response.json({ client: { url: "https://bank.example/1" } }, { status: 201 });
    };
    const server = connect({ origin: "https://tickets.example.com", session: cookie(), fetch });
    const back = "https://tickets.example.com/bookings/ABC";
    expect(await startPayment(server, "ABC", back)).toBe("https://bank.example/1");
    expect(bodies).toEqual([{ flow: "page", return_url: back }]);
  });
});
