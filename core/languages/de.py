"""German, in which customers are „Sie“."""

NAME = "Deutsch"
WORDS = {
    # Tickets, and what other papers share with them
    "ticket": "Ticket {number} von {count}",
    "tickets": "Tickets für {title}",
    "starts": "Beginn",
    "until": "bis {time}",
    "screen": "Saal",
    "row": "Reihe",
    "seat": "Platz",
    "category": "Kategorie",
    "type": "Ticket",
    "reference": "Buchungsnummer",
    "qr": "QR-Code des Tickets für Platz {label}; sein Code ist {code}",
    "price": "Preis",
    "discount": "Gutschein",
    "fee": "Buchungsgebühr",
    "total": "Summe",
    "tax": "darin {rate} % Steuer: {tax}",
    "due": "An der Kasse zu zahlen: {due} für die Buchung",
    "seller": "Verkauft von",
    "tax_id": "Steuernummer {id}",
    "vat_id": "USt-IdNr. {id}",
    "cancelling": "Stornieren",
    "step": "{share} % des Preises zurück bis {before}",
    "all": "der ganze Preis zurück bis {before}",
    "before": "{span} vor Beginn",
    "at_start": "zum Beginn",
    "with_fee": "mit der Buchungsgebühr",
    "without_fee": "ohne die Buchungsgebühr",
    "once": "Gilt einmal für eine Person. Wer den Code zuerst zeigt, wird eingelassen: Geben Sie "
    "ihn nicht weiter.",
    "minutes": "{n} Minuten",
    "minute": "1 Minute",
    "hours": "{n} Stunden",
    "hour": "1 Stunde",
    "days": "{n} Tage",
    "day": "1 Tag",
    "seats": "Plätze",
    "standard": "Standard",
    "premium": "Premium",
    "recliner": "Liegesitz",
    "wheelchair": "Rollstuhl",
    "date": "{weekday}, {day}. {month} {year}",
    "time": "{time} Uhr",
    "weekdays": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "months": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "short_date": "{weekday}., {day}. {month}",
    "short_names": "2",
    "short_months": "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "zones": "CET MEZ CEST MESZ",
    "point": ",",
    "cancelled": "Storniert",
    # Receipts
    "receipt.receipt": "Beleg Nr. {number}",
    "receipt.credit_note": "Stornobeleg Nr. {number}",
    "receipt.corrects": "Zu Beleg Nr. {number}",
    "receipt.date": "Ausgestellt",
    "receipt.customer": "Für",
    "receipt.show": "Vorstellung",
    "receipt.place": "Ort",
    "receipt.item": "Leistung",
    "receipt.rate": "Steuersatz",
    "receipt.net": "Netto",
    "receipt.tax": "Steuer",
    "receipt.gross": "Brutto",
    "receipt.item_ticket": "Ticket",
    "receipt.item_booking_fee": "Buchungsgebühr",
    "receipt.item_on_account": "Zahlung ohne Kauf",
    "receipt.receipt_by": "Bezahlt: {method}",
    "receipt.credit_note_by": "Zurückgezahlt: {method}",
    "receipt.qr": "QR-Code der Kassensignatur",
    "cash": "bar",
    "card": "mit Karte",
    "counter": "an der Kasse",
    "stripe": "online (Stripe)",
    "demo": "online (Demo)",
    # Mails
    "hello": "Guten Tag!",
    "hello_name": "Guten Tag {name}!",
    "footer": "Sie erhalten diese E-Mail wegen eines Kontos oder einer Buchung bei",
    "code.preview": "{code} · gültig für {minutes} Minuten",
    "code.once": "Er gilt nur einmal, und zwar {minutes} Minuten lang.",
    "verify_email.subject": "{code} ist Ihr Code für {site}",
    "verify_email.title": "Bestätigen Sie Ihre Adresse",
    "verify_email.why": "Willkommen bei {site}. Geben Sie diesen Code ein, um zu bestätigen, dass "
    "diese Adresse Ihnen gehört:",
    "verify_email.unless": "Wenn Sie kein Konto angelegt haben, ignorieren Sie bitte diese E-Mail: "
    "Ohne den Code geschieht nichts.",
    "reset_password.subject": "{code} setzt Ihr Passwort bei {site} zurück",
    "reset_password.title": "Wählen Sie ein neues Passwort",
    "reset_password.why": "Jemand, hoffentlich Sie selbst, möchte das Passwort Ihres Kontos "
    "zurücksetzen. Geben Sie diesen Code ein, um ein neues zu wählen:",
    "reset_password.unless": "Geben Sie ihn niemals weiter. Wenn Sie das nicht waren, ignorieren "
    "Sie bitte diese E-Mail: Ihr Passwort bleibt, wie es ist.",
    "password_changed.subject": "Ihr Passwort bei {site} wurde geändert",
    "password_changed.title": "Ihr Passwort wurde geändert",
    "password_changed.preview": "Alle Geräte wurden abgemeldet.",
    "password_changed.news": "Das Passwort Ihres Kontos wurde soeben geändert, und alle Geräte "
    "wurden abgemeldet. Melden Sie sich mit dem neuen Passwort wieder an.",
    "password_changed.warning": "Wenn Sie das nicht waren, hat jemand anderes Zugriff auf Ihr "
    "Konto.",
    "password_changed.remedy": "Setzen Sie Ihr Passwort sofort zurück, um diese Person "
    "auszusperren.",
    "booking.ticket_code": "Ticketcode {ticket_code}",
    "booking.see": "Buchung ansehen",
    "booking.terms": "Geschäftsbedingungen: {terms_url}",
    "booking.void": "Ihre Buchung ist storniert, die Tickets sind ungültig.",
    "booking.back": "Sie erhalten {given_back} auf dem Weg zurück, auf dem Sie bezahlt haben.",
    "booking.says": "{theater} schreibt dazu: {reason}",
    "booking.attached": "Ihre Tickets finden Sie im Anhang. Zeigen Sie am Einlass die Codes darauf "
    "oder nennen Sie die Buchungsnummer.",
    "booking.not_attached": "Zeigen Sie am Einlass diese E-Mail oder nennen Sie die "
    "Buchungsnummer.",
    "booking_confirmed.subject": "Ihre Plätze für {movie}, {short_date}, {time}",
    "booking_confirmed.title": "Ihre Plätze sind gebucht",
    "booking_confirmed.cancelled_title": "Gebucht, aber inzwischen storniert",
    "booking_confirmed.cancelled": "Diese Plätze waren gebucht, wurden aber inzwischen storniert: "
    "Die Tickets sind ungültig.",
    "booking_reserved.subject": "Bitte bezahlen Sie Ihre Plätze: {movie}, {short_date}, {time}",
    "booking_reserved.title": "Bitte bezahlen Sie Ihre Plätze",
    "booking_reserved.news": "Ihre Plätze sind bis {pay_until} reserviert. Bitte bezahlen Sie sie "
    "bis dahin an der Kasse; danach können andere sie buchen.",
    "booking_reserved.expired_title": "Die Zahlungsfrist ist abgelaufen",
    "booking_reserved.expired": "Ihre Plätze waren bis {pay_until} reserviert und wurden bis dahin "
    "nicht bezahlt: Andere können sie jetzt buchen.",
    "booking_reserved.cancelled_title": "Reserviert, aber inzwischen storniert",
    "booking_reserved.cancelled": "Diese Plätze waren für Sie reserviert, wurden aber inzwischen "
    "storniert.",
    "booking_reserved.paid": "Ihre Plätze sind gebucht und bezahlt.",
    "booking_cancelled.subject": "Storniert: {movie}, {short_date}, {time}",
    "booking_cancelled.title": "Ihre Buchung ist storniert",
    "booking_cancelled.part_subject": "Tickets storniert: {movie}, {short_date}, {time}",
    "booking_cancelled.part_title": "Tickets sind storniert",
    "booking_cancelled.part": "Die Tickets, die Sie storniert haben, sind ungültig. Diese gelten "
    "weiterhin:",
    "booking_exchanged.subject": "Umgetauscht: {movie}, {short_date}, {time}",
    "booking_exchanged.title": "Ihr Ticket ist umgetauscht",
    "booking_exchanged.news": "Das zurückgegebene Ticket ist ungültig, sein Code gilt am Einlass "
    "nicht mehr. Jetzt gelten die unten genannten.",
    "booking_exchanged.cancelled": "Ihr Ticket wurde umgetauscht, und die Buchung ist seitdem "
    "storniert: Ihre Tickets sind ungültig.",
    "show_cancelled.subject": "{movie} am {short_date} entfällt",
    "show_cancelled.title": "Die Vorstellung entfällt",
    "show_cancelled.news": "Diese Vorstellung kann leider nicht stattfinden. Ihre Buchung ist "
    "storniert, die Tickets sind ungültig.",
    "show_cancelled.off_subject": "{movie}, {short_date}: Vorstellung abgebrochen",
    "show_cancelled.off_title": "Die Vorstellung wurde abgebrochen",
    "show_cancelled.off_news": "Es tut uns leid, dass diese Vorstellung nicht bis zum Ende gezeigt "
    "werden konnte.",
    "show_cancelled.voucher": "Ihr Gutschein: {voucher}. Er gilt einmal, für {voucher_worth} bei "
    "Ihrer nächsten Buchung in diesem Kino.",
    "charge_disputed.subject": "Zahlung angefochten: {amount}, Buchung {reference}",
    "charge_disputed.title": "Eine Zahlung wurde angefochten",
    "charge_disputed.news": "Eine Bank fordert {amount} zurück, bezahlt für {movie}, {date}, "
    "{time}, {theater}.",
    "charge_disputed.until": "Antworten Sie bei {provider} bis {until}, sonst ist das Geld "
    "verloren.",
    "charge_disputed.soon": "Antworten Sie bald bei {provider}, sonst ist das Geld verloren: Die "
    "Frist läuft.",
    "charge_disputed.booking": "Die Buchung ist in der Verwaltung markiert, ihre Tickets bleiben, "
    "wie sie sind.",
    "show_moved.subject": "{movie} läuft jetzt am {short_date} um {time}",
    "show_moved.title": "Die Vorstellung wurde verlegt",
    "show_moved.news": "Sie beginnt nun am {date}, um {time}. Ihre Plätze bleiben dieselben, und "
    "Ihre Tickets sind weiterhin gültig. Wenn Sie nicht kommen können, stornieren Sie die Buchung "
    "vor Beginn der Vorstellung; Sie erhalten dann alles zurück.",
    "refund_made.subject": "Ihr Geld für {movie} ist auf dem Weg zurück",
    "refund_made.title": "Ihr Geld ist auf dem Weg zurück",
    "refund_made.news": "Sie erhalten {refund} auf dem Weg zurück, auf dem Sie bezahlt haben. Je "
    "nach Bank dauert das einige Tage.",
    "refund_made.too_late": "Ihre Zahlung kam erst an, als die Zahlungsfrist abgelaufen war und "
    "jemand anderes Ihre Plätze gebucht hatte. Das tut uns leid.",
    "receipt.subject": "Beleg für {movie}, {short_date}",
    "receipt.title": "Danke für Ihre Zahlung",
    "receipt.news": "Sie haben {amount} bezahlt. Ihre Tickets bleiben dieselben.",
    "receipt.attached": "Den Beleg finden Sie im Anhang.",
    "credit_note.subject": "Stornobeleg für {movie}, {short_date}",
    "credit_note.title": "Wir haben Ihr Geld zurückgezahlt",
    "credit_note.news": "Wir haben {amount} auf dem Weg zurückgezahlt, auf dem Sie bezahlt haben. "
    "Je nach Bank kommt das Geld in einigen Tagen an.",
    "credit_note.attached": "Den Stornobeleg finden Sie im Anhang.",
    "staff_invited.subject": "{theater} lädt Sie zur Mitarbeit ein",
    "staff_invited.title": "Einladung zur Mitarbeit bei {theater}",
    "staff_invited.preview": "Aufgabe: {role_name}. Der Link gilt einmal und {days} Tage lang.",
    "staff_invited.news": "{theater}, {city}, lädt Sie zur Mitarbeit ein. Ihre Aufgabe: "
    "{role_name}.",
    "staff_invited.how": "Öffnen Sie den Link und melden Sie sich mit dieser Adresse an, oder "
    "registrieren Sie sich mit ihr. Der Link gilt einmal, {days} Tage lang und für keine andere "
    "Adresse.",
    "staff_invited.accept": "Einladung annehmen",
    "staff_invited.unless": "Wenn Sie nicht wissen, worum es geht, ignorieren Sie diese Mail: Es "
    "geschieht nichts.",
    "role.manager": "Leitung",
    "role.cashier": "Kasse",
    "role.door": "Einlass",
    "news.subject": "Neues zu Ihren Buchungen",
    "news.title": "Neues zu Ihren Buchungen",
    "news.preview": "Der Stand Ihrer Buchungen.",
    "news.why": "Es gab mehrere Änderungen, die wir in einer E-Mail zusammengefasst haben. Dies "
    "ist der Stand Ihrer Buchungen.",
    "news.cancelled": "storniert, die Tickets sind ungültig",
    "news.booked": "gebucht",
    "news.pending": "noch nicht bezahlt",
    "news.expired": "nicht rechtzeitig bezahlt, die Plätze sind wieder frei",
    "news.reason": "Grund des Kinos: {reason}",
}
