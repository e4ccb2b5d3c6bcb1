import { describe, expect, test } from "vitest";
import { taken } from "./calls";
import { NoAnswer } from "./problems";
import { connect } from "./server";
import { tokens } from "./tokens";

const ORIGIN = "https://tickets.example.com";

function kept(value: string | null) {
  return {
    load: async () => value,
    save: async (next: string | null) => {
      value = next;
    },
  };
}

/** A server with one session, whose tokens it counts; it says how often it was asked for what. */
function cinema({ refresh = 1, isSlow = false } = {}) {
  const asked: string[] = [];
  let valid = 0;
  let next = refresh;
  const refusal = (code: string) =>
    Response.json({ code, status: 401, detail: "" }, { status: 401 });
  async function fetch(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname.replace("/api/v1/", "");
    asked.push(path);
    if (isSlow) await new Promise((wake) => setTimeout(wake));
    if (path === "auth/refresh/") {
      const { refresh: sent } = (await request.json()) as { refresh: string };
      if (sent !== `refresh-${next}`) return refusal("token_not_valid");
      valid = ++next;
      return Response.json({ access: `access-${valid}`, refresh: `refresh-${next}` });
    }
    const by = request.headers.get("Authorization");
    if (!by) return refusal("not_authenticated");
    if (by !== `Bearer access-${valid}`) return refusal("token_not_valid");
    return Response.json({ name: "Alice", body: await request.text() });
  }
  return {
    asked,
    fetch,
    expire: () => {
      valid = 0;
    },
  };
}

const me = (server: ReturnType<typeof connect>) => taken(server.api.GET("/api/v1/users/me/"));

describe("a session of tokens", () => {
  test("begins with nothing but the stored token, which it exchanges and stores again", async () => {
    const { fetch, asked } = cinema();
    const store = kept("refresh-1");
    const server = connect({ origin: ORIGIN, session: tokens(store), fetch });
    expect((await me(server)).name).toBe("Alice");
    await me(server);
    expect(asked).toEqual(["auth/refresh/", "users/me/", "users/me/"]);
    expect(await store.load()).toBe("refresh-2");
  });

  test("renews a token that has run out once for all calls, and repeats them with their bodies", async () => {
    const { fetch, asked, expire } = cinema({ isSlow: true });
    const server = connect({ origin: ORIGIN, session: tokens(kept("refresh-1")), fetch });
    await me(server);
    expire();
    const change = () =>
      taken(server.api.PATCH("/api/v1/users/me/", { body: { name: "Alice" } })) as Promise<unknown>;
    const answers = await Promise.all([change(), change(), change()]);
    expect(answers).toEqual(Array(3).fill({ name: "Alice", body: '{"name":"Alice"}' }));
    expect(asked.filter((path) => path === "auth/refresh/")).toHaveLength(2);
  });

  test("ends when the refresh is refused: the token is forgotten, the login shown once", async () => {
    const { fetch } = cinema({ refresh: 7 });
    const store = kept("refresh-1");
    let shown = 0;
    const server = connect({ origin: ORIGIN, session: tokens(store, () => shown++), fetch });
    await expect(me(server)).rejects.toMatchObject({ code: "not_authenticated" });
    expect([shown, await store.load()]).toEqual([1, null]);
  });

  test("goes on with the token that another tab has stored", async () => {
    const { fetch } = cinema({ refresh: 2 });
    const values = ["refresh-1", "refresh-2"];
    const store = { load: async () => values.shift() ?? "refresh-2", save: async () => {} };
    const server = connect({ origin: ORIGIN, session: tokens(store), fetch });
    expect((await me(server)).name).toBe("Alice");
  });

  test("does not end because nobody answers", async () => {
    const store = kept("refresh-1");
    let shown = 0;
    const session = tokens(store, () => shown++);
    const fetch = () => Promise.reject(new TypeError("Failed to fetch"));
    await expect(me(connect({ origin: ORIGIN, session, fetch }))).rejects.toBeInstanceOf(NoAnswer);
    expect([shown, await store.load()]).toEqual([0, "refresh-1"]);
  });

  test("refreshes alone where tabs share the store", async () => {
    const { fetch } = cinema();
    let alone = 0;
    const store = {
      ...kept("refresh-1"),
      alone: <T>(work: () => Promise<T>) => {
        alone++;
        return work();
      },
    };
    await me(connect({ origin: ORIGIN, session: tokens(store), fetch }));
    expect(alone).toBe(1);
  });
});
