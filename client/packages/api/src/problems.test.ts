import { describe, expect, test } from "vitest";
import { taken } from "./calls";
import { lostSeats, NoAnswer, Problem, type ProblemDocument, refusedWith } from "./problems";

const problem = (members: object, headers = {}) =>
  new Problem({ status: 409, detail: "No", ...members } as ProblemDocument, new Headers(headers));

describe("a refusal", () => {
  const refused = problem({
    code: "validation_failed",
    errors: [
      { field: "email", code: "email_taken", detail: "Taken" },
      { field: null, code: "other", detail: "All of it" },
    ],
  });
  test("tells what is wrong with each field, and with the form", () => {
    expect(refused.fields).toEqual({ email: "Taken", "": "All of it" });
  });
  test("is known by its code; `has` also knows those of its fields", () => {
    expect(refusedWith(refused, "validation_failed")).toBe(true);
    expect(refusedWith(refused, "no_hold", "hold_expired")).toBe(false);
    expect([refused.has("email_taken"), refused.has("no_hold")]).toEqual([true, false]);
  });
  test("says after how many seconds to try again", () => {
    expect(problem({ code: "busy" }, { "Retry-After": "3" }).retryAfter).toBe(3);
    expect(problem({ code: "busy" }).retryAfter).toBeNull();
  });
  test("names the seats that somebody else has", () => {
    expect(lostSeats(problem({ code: "seats_unavailable", seats: ["A1"] }))).toEqual(["A1"]);
    expect(lostSeats(problem({ code: "no_hold" }))).toEqual([]);
    expect(lostSeats(new NoAnswer())).toEqual([]);
  });
});

describe("the outcome of a call", () => {
  const outcome = (status: number, error?: unknown) =>
    taken(Promise.resolve({ error, response: new Response(null, { status }) }));
  test("is a refusal where the server sent a problem", async () => {
    await expect(outcome(409, { code: "no_hold", status: 409 })).rejects.toBeInstanceOf(Problem);
  });
  test.each([
    [502, "<html>"],
    [500, undefined],
    [403, { message: "A wall" }],
  ])("is no answer where a proxy sent %i %s", async (status, error) => {
    await expect(outcome(status, error)).rejects.toBeInstanceOf(NoAnswer);
  });
  test("is no answer where the connection broke, also within the body", async () => {
    await expect(taken(Promise.reject(new SyntaxError("JSON")))).rejects.toBeInstanceOf(NoAnswer);
  });
});
