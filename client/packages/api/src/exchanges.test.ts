import { describe, expect, test } from "vitest";
import { cookie } from "./cookie";
import { differenceOf, priceOfExchange } from "./exchanges";
import { connect } from "./server";

const SWAP = { ticket: "a-code", seat: "C4" };

describe("the difference of an exchange", () => {
  test("is paid where the new seat is dearer", () => {
    expect(differenceOf("10.00", "12.50", 50)).toMatchObject({ more: 2.5, back: 0, kept: 0 });
  });

  test("comes back by the policy's share where it is cheaper", () => {
    expect(differenceOf("12.50", "10.00", 50)).toMatchObject({ more: 0, back: 1.25, kept: 1.25 });
    expect(differenceOf("10.05", "10.00", 50)).toMatchObject({ back: 0.03, kept: 0.02 });
  });

  test("is nothing at the same price", () => {
    expect(differenceOf("0.30", "0.30", 100)).toMatchObject({ more: 0, back: 0, kept: 0 });
  });
});

describe("the price of an exchange", () => {
  const answering = (document: object, status: number) =>
    connect({
      origin: "https://tickets.example.com",
      session: cookie(),
      fetch: async () => Response.json(document, { status }),
    });

  test("is what the server says instead of a price that no seat has", async () => {
    const refusal = { code: "price_changed", status: 409, detail: "", total: "14.00" };
    expect(await priceOfExchange(answering(refusal, 409), "ABC", SWAP)).toBe("14.00");
  });

  test("is not known where the exchange is refused for another reason", async () => {
    const refusal = { code: "too_late", status: 409, detail: "" };
    const asked = priceOfExchange(answering(refusal, 409), "ABC", SWAP);
    await expect(asked).rejects.toMatchObject({ code: "too_late" });
  });
});
