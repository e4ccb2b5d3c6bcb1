import {
  bookSeats, cancelBooking, getBooking, holdSeats, listShows, register,
} from "../../../var/clients/orval/api";
import { newKey, type Shop, there } from "./shop";

export default function openShop(base: string): Shop {
  const fetchIt = globalThis.fetch; // orval's addresses are those of the page's own server
  globalThis.fetch = (at, options) => fetchIt(typeof at === "string" ? new URL(at, base) : at, options);
  let headers = {};
  return {
    async register(person) {
      const answer = await register(person);
      const { access } = there(answer.status === 201 ? answer.data : undefined);
      headers = { Authorization: `Bearer ${access}` };
    },
    async shows() {
      const answer = await listShows();
      return there(answer.status === 200 ? answer.data : undefined).results.map((show) => show.id);
    },
    async hold(show, seats) {
      const answer = await holdSeats(show, { seats }, { headers });
      return answer.status === 200 ? { hold: answer.data } : { refusal: answer.data };
    },
    async book(show, total) {
      const answer = await bookSeats({ show, total }, { headers: { ...headers, ...newKey() } });
      return answer.status === 201 ? { booking: answer.data } : { refusal: answer.data };
    },
    async booking(reference) {
      const answer = await getBooking(reference, { headers });
      return there(answer.status === 200 ? answer.data : undefined);
    },
    async cancel(reference) {
      const answer = await cancelBooking(reference, {}, { headers: { ...headers, ...newKey() } });
      return there(answer.status === 200 ? answer.data : undefined);
    },
  };
}
