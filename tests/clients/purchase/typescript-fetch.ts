import {
  AccountsApi, BookingsApi, Configuration, ResponseError, SeatsApi, ShowsApi,
} from "../../../var/clients/typescript-fetch";
import { type Shop, there } from "./shop";

/** The problem of a refusal; this generator says no more of it than JSON. */
async function refused(error: unknown) {
  if (!(error instanceof ResponseError)) throw error;
  return { refusal: await error.response.json() };
}

export default function openShop(basePath: string): Shop {
  let accessToken = "";
  const settings = new Configuration({ basePath, accessToken: () => accessToken });
  const bookings = new BookingsApi(settings);
  const idempotencyKey = () => crypto.randomUUID();
  return {
    async register(registerRequest) {
      const entered = await new AccountsApi(settings).register({ registerRequest });
      accessToken = entered.access;
    },
    async shows() {
      return (await new ShowsApi(settings).listShows()).results.map((show) => there(show.id));
    },
    async hold(id, seats) {
      const call = new SeatsApi(settings).holdSeats({ id, holdRequest: { seats: new Set(seats) } });
      return call.then((hold) => ({ hold }), refused);
    },
    async book(show, total) {
      const bookingRequest = { show, total };
      const call = bookings.bookSeats({ bookingRequest, idempotencyKey: idempotencyKey() });
      return call.then((booking) => ({ booking }), refused);
    },
    booking: (reference) => bookings.getBooking({ reference }),
    cancel: (reference) => bookings.cancelBooking({ reference, idempotencyKey: idempotencyKey() }),
  };
}
