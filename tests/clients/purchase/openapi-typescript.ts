import createClient from "openapi-fetch";
import type { paths } from "../../../var/clients/web/api";
import { newKey, type Shop, there } from "./shop";

export default function openShop(baseUrl: string): Shop {
  const client = createClient<paths>({ baseUrl });
  return {
    async register(body) {
      const { access } = there((await client.POST("/api/v1/auth/register/", { body })).data);
      client.use({
        onRequest: ({ request }) => request.headers.set("Authorization", `Bearer ${access}`),
      });
    },
    async shows() {
      return there((await client.GET("/api/v1/shows/")).data).results.map((show) => show.id);
    },
    async hold(id, seats) {
      const body = { seats };
      const answer = await client.PUT("/api/v1/shows/{id}/hold/", { params: { path: { id } }, body });
      return answer.error ? { refusal: answer.error } : { hold: answer.data };
    },
    async book(show, total) {
      const params = { header: newKey() };
      const answer = await client.POST("/api/v1/bookings/", { params, body: { show, total } });
      return answer.error ? { refusal: answer.error } : { booking: answer.data };
    },
    async booking(reference) {
      const params = { path: { reference } };
      return there((await client.GET("/api/v1/bookings/{reference}/", { params })).data);
    },
    async cancel(reference) {
      const params = { path: { reference }, header: newKey() };
      return there((await client.POST("/api/v1/bookings/{reference}/cancel/", { params })).data);
    },
  };
}
