import type { Booking } from "@moviebooking/api/bookings";
import { useMoreWords } from "../words";
import { useCodes } from "./useBooking";
import { useWallets } from "./useWallets";

/** Each ticket with what the door scans: black on white with its margin, in a dark theme, too. */
export function Tickets({ booking }: { booking: Booking }) {
  const t = useMoreWords();
  const codes = useCodes(booking);
  const wallets = useWallets(booking);
  const isVoid = ({ status }: Booking["tickets"][number]) => Number(status === "void");
  return (
    <ul className="tickets">
      {booking.tickets
        .filter((ticket) => ticket.status !== "pending" || booking.status === "pending")
        .sort((a, b) => isVoid(a) - isVoid(b))
        .map((ticket) => {
          const picture = codes.data?.[ticket.code];
          const wallet = wallets[ticket.code];
          const isValid = ticket.status === "valid";
          const [, row = "", number = ""] = /^(\D*)(\d+)$/.exec(ticket.seat) ?? [];
          return (
            <li key={ticket.code} className={`ticket ${isValid ? "" : "void"}`}>
              <div className="seat-name">
                <p>
                  <span className="soft">{t.booking.row}</span>
                  <strong>{row}</strong>
                </p>
                <p>
                  <span className="soft">{t.checkout.seat}</span>
                  <strong>{number}</strong>
                </p>
                <p className="soft kind-of">
                  {[ticket.type, t.category[ticket.category]].filter(Boolean).join(" · ")}
                  {ticket.status === "void" && ` · ${t.booking.void}`}
                </p>
              </div>
              {isValid && (
                <div className="qr-place">
                  {picture && (
                    <img className="qr" src={picture} alt={t.booking.qrOf(ticket.seat)} />
                  )}
                  {wallet?.apple && (
                    <a className="no-print" href={wallet.apple}>
                      {t.booking.appleWallet}
                    </a>
                  )}
                  {wallet?.google && (
                    <a className="no-print" href={wallet.google}>
                      {t.booking.googleWallet}
                    </a>
                  )}
                </div>
              )}
            </li>
          );
        })}
    </ul>
  );
}
