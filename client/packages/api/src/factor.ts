/** A second factor from an authenticator app. */

import { taken } from "./calls";
import type { Server } from "./server";

const PATH = "/api/v1/users/me/second-factor/";

export const getFactor = (server: Server) => taken(server.api.GET(PATH));

/** The secret, as text, as an address for an app on the same device, and as a QR code in SVG. */
export const startFactor = (server: Server, password: string) =>
  taken(server.api.POST(PATH, { body: { password } }));

/** Turns it on; the recovery codes are told only now. */
export const confirmFactor = async (server: Server, otp: string) =>
  (await taken(server.api.POST(`${PATH}confirm/`, { body: { otp } }))).recovery_codes;

export const switchFactorOff = (server: Server, password: string, otp: string) =>
  taken(server.api.DELETE(PATH, { body: { password, otp } }));
