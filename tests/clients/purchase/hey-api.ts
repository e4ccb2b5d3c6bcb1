import {
  bookSeats, cancelBooking, getBooking, holdSeats, listShows, register,
} from "../../../var/clients/hey-api";
import { createClient } from "../../../var/clients/hey-api/client";
import { newKey, type Shop, there } from "./shop";

export default function openShop(baseUrl: string): Shop {
  let token = "";
  const client = createClient({ baseUrl, auth: () => token });
  return {
    async register(body) {
      token = there((await register({ client, body })).data).access;
    },
    async shows() {
      return there((await listShows({ client })).data).results.map((show) => show.id);
    },
    async hold(id, seats) {
      const answer = await holdSeats({ client, path: { id }, body: { seats } });
      return answer.error ? { refusal: answer.error } : { hold: answer.data };
    },
    async book(show, total) {
      const answer = await bookSeats({ client, headers: newKey(), body: { show, total } });
      return answer.error ? { refusal: answer.error } : { booking: answer.data };
    },
    async booking(reference) {
      return there((await getBooking({ client, path: { reference } })).data);
    },
    async cancel(reference) {
      const path = { reference };
      return there((await cancelBooking({ client, path, headers: newKey() })).data);
    },
  };
}
