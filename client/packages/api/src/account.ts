/** One's own account. */

import { taken } from "./calls";
import type { Schemas, Server } from "./server";

/** One that mails are written in, as the server names it. */
export type Language = Schemas["LanguageEnum"];

export const changeMe = (server: Server, body: Schemas["PatchedRenameRequest"]) =>
  taken(server.api.PATCH("/api/v1/users/me/", { body }));

export const verifyEmail = (server: Server, code: string) =>
  taken(server.api.POST("/api/v1/auth/email/verify/", { body: { code } }));

export const resendCode = (server: Server) => taken(server.api.POST("/api/v1/auth/email/resend/"));

export const changePassword = (server: Server, current_password: string, new_password: string) =>
  taken(
    server.api.POST("/api/v1/auth/password/change/", { body: { current_password, new_password } }),
  );

export const getSessions = async (server: Server) =>
  (
    await taken(
      server.api.GET("/api/v1/users/me/sessions/", { params: { query: { page_size: 50 } } }),
    )
  ).results;

export const endSession = (server: Server, id: number) =>
  taken(server.api.DELETE("/api/v1/users/me/sessions/{id}/", { params: { path: { id } } }));

export const closeAccount = (server: Server, password: string) =>
  taken(server.api.DELETE("/api/v1/users/me/", { body: { password } }));
