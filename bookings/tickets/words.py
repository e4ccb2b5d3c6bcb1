"""The words of tickets, and how a language writes dates, times and amounts.

A language is one entry of WORDS; what it lacks is English.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from core.postgres.clock import NO_BREAK
from theaters.currencies import figure

ENGLISH = {
    "ticket": "Ticket {number} of {count}",
    "tickets": "Tickets for {title}",
    "starts": "Starts",
    "until": "until {time}",
    "screen": "Screen",
    "row": "Row",
    "seat": "Seat",
    "category": "Category",
    "type": "Ticket",
    "reference": "Booking",
    "qr": "QR code of the ticket for seat {label}; its code is {code}",
    "price": "Price",
    "discount": "Voucher",
    "fee": "Booking fee",
    "total": "Total",
    "tax": "including {rate} % tax: {tax}",
    "due": "To pay at the counter: {due} for the booking",
    "seller": "Sold by",
    "tax_id": "Tax ID {id}",
    "cancelling": "Cancelling",
    "step": "{share} % of the price back until {before}",
    "all": "the whole price back until {before}",
    "before": "{span} before the start",
    "at_start": "the start",
    "with_fee": "with the booking fee",
    "without_fee": "without the booking fee",
    "once": "Admits one person once. Whoever shows this code first is let in: keep it to yourself.",
    "minutes": "{n} minutes",
    "minute": "1 minute",
    "hours": "{n} hours",
    "hour": "1 hour",
    "days": "{n} days",
    "day": "1 day",
    "seats": "Seats",
    "standard": "Standard",
    "premium": "Premium",
    "recliner": "Recliner",
    "wheelchair": "Wheelchair",
    "date": "{weekday}, {day} {month} {year}",
    "time": "{time}",
    "weekdays": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "months": "January February March April May June July August September October November "
    "December",
    "point": ".",
    "cancelled": "Cancelled",
}
GERMAN = {
    "ticket": "Ticket {number} von {count}",
    "tickets": "Tickets für {title}",
    "starts": "Beginn",
    "until": "bis {time}",
    "screen": "Saal",
    "row": "Reihe",
    "seat": "Platz",
    "category": "Kategorie",
    "type": "Ticket",
    "reference": "Buchung",
    "qr": "QR-Code des Tickets für Platz {label}; sein Code ist {code}",
    "price": "Preis",
    "discount": "Gutschein",
    "fee": "Buchungsgebühr",
    "total": "Summe",
    "tax": "darin {rate} % Steuer: {tax}",
    "due": "An der Kasse zu zahlen: {due} für die Buchung",
    "seller": "Verkauft von",
    "tax_id": "Steuernummer {id}",
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
    "recliner": "Liegesitz",
    "wheelchair": "Rollstuhl",
    "date": "{weekday}, {day}. {month} {year}",
    "time": "{time} Uhr",
    "weekdays": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "months": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "point": ",",
    "cancelled": "Storniert",
}
WORDS = MappingProxyType({"en": ENGLISH, "de": GERMAN})


class Words:
    """The words of one language, such as `de` or `de-AT`; of English if there are none of it."""

    def __init__(self, language: str) -> None:
        base = language.replace("_", "-").partition("-")[0].lower()
        self.language = base if base in WORDS else "en"
        self._words = ENGLISH | WORDS[self.language]

    def __call__(self, name: str, **values: object) -> str:
        """Returns the words, with the values in their places; a name without words is its own."""
        words = self._words.get(name)
        return name if words is None else words.format(**values)

    def date(self, moment: datetime) -> str:
        """Returns the day as the language writes it in full."""
        return self(
            "date",
            weekday=self._words["weekdays"].split()[moment.weekday()],
            day=moment.day,
            month=self._words["months"].split()[moment.month - 1],
            year=moment.year,
        )

    def time(self, moment: datetime) -> str:
        """Returns the time of day."""
        return self("time", time=f"{moment:%H:%M}").replace(" ", NO_BREAK)

    def amount(self, value: Decimal, currency: str) -> str:
        """Returns the amount with its currency."""
        return f"{figure(value, currency).replace('.', self._words['point'])}{NO_BREAK}{currency}"

    def percent(self, value: Decimal) -> str:
        """Returns 7 or 5.5."""
        return f"{value.normalize():f}".replace(".", self._words["point"])

    def span(self, span: timedelta) -> str:
        """Returns a time span in its largest unit that gives a whole number."""
        minutes = span // timedelta(minutes=1)
        for unit, size in (("day", 24 * 60), ("hour", 60)):
            if minutes and minutes % size == 0:
                return self._count(unit, minutes // size)
        return self._count("minute", minutes)

    def _count(self, unit: str, n: int) -> str:
        return self(unit) if n == 1 else self(f"{unit}s", n=n)

    def _before(self, span: timedelta) -> str:
        return self("before", span=self.span(span)) if span else self("at_start")

    def terms(self, steps: Sequence[tuple[timedelta, int]], *, with_fee: bool, fee: bool) -> str:
        """Returns in a sentence what cancelling gives back; of the fee only if there is one."""
        parts = [
            self("all" if share == 100 else "step", share=share, before=self._before(span))
            for span, share in steps
        ]
        if fee:
            parts.append(self("with_fee" if with_fee else "without_fee"))
        return f"{self('cancelling')}: {', '.join(parts)}."
