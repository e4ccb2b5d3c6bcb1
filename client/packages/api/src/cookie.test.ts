import { describe, expect, test } from "vitest";
import { cookie } from "./cookie";
import { logIn } from "./entering";
import { connect } from "./server";

/** A server where a browser is here with this user's cookie; it says what it was asked, by whom. */
function cinema(user: object | null, claimed = 200) {
  const asked: string[] = [];
  async function fetch(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname.replace("/api/v1/", "");
    const by = request.headers.get("Authorization") ?? "cookie";
    asked.push(`${request.method} ${path} ${by}`);
    if (path === "auth/login/") return Response.json({ user: {}, access: "a", refresh: "r" });
    if (path === "holds/claim/") return Response.json({ code: "invalid_key" }, { status: claimed });
    if (request.method === "GET") return Response.json({ user });
    return new Response(null, { status: 204 });
  }
  const server = connect({ origin: "https://tickets.example.com", session: cookie(), fetch });
  return { asked, server };
}

const LOG_IN = "POST auth/login/ cookie";
const LOOK = "GET auth/session/ cookie";
const CLAIM = "POST holds/claim/ Bearer a";
const KEEP = "POST auth/session/ Bearer a";

describe("who logs in in a browser", () => {
  test("takes along what the guest holds whose cookie is still here", async () => {
    const { asked, server } = cinema({ is_guest: true });
    await logIn(server, "alice@example.com", "a long password");
    expect(asked).toEqual([LOG_IN, LOOK, CLAIM, KEEP]);
  });

  test("is logged in though nothing can be taken along", async () => {
    const { asked, server } = cinema({ is_guest: true }, 400);
    await logIn(server, "alice@example.com", "a long password");
    expect(asked).toEqual([LOG_IN, LOOK, CLAIM, KEEP]);
  });

  test.each([null, { is_guest: false }])("claims nothing where no guest is: %o", async (user) => {
    const { asked, server } = cinema(user);
    await logIn(server, "alice@example.com", "a long password");
    expect(asked).toEqual([LOG_IN, LOOK, KEEP]);
  });
});
