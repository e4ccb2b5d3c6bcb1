/** One's own account. */

import { api, type Schemas, taken } from "./client";

/** One that mails are written in, as the server names it. */
export type Language = Schemas["LanguageEnum"];

export const changeMe = (body: Schemas["PatchedRenameRequest"]) =>
  taken(api.PATCH("/api/v1/users/me/", { body }));

export const verifyEmail = (code: string) =>
  taken(api.POST("/api/v1/auth/email/verify/", { body: { code } }));

export const resendCode = () => taken(api.POST("/api/v1/auth/email/resend/"));

export const changePassword = (current_password: string, new_password: string) =>
  taken(api.POST("/api/v1/auth/password/change/", { body: { current_password, new_password } }));

export const getSessions = async () =>
  (await taken(api.GET("/api/v1/users/me/sessions/", { params: { query: { page_size: 50 } } })))
    .results;

export const endSession = (id: number) =>
  taken(api.DELETE("/api/v1/users/me/sessions/{id}/", { params: { path: { id } } }));

export const closeAccount = (password: string) =>
  taken(api.DELETE("/api/v1/users/me/", { body: { password } }));
