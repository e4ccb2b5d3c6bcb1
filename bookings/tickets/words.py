"""The words of tickets: those of every paper, and what is said of money and of cancelling."""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from core.languages import words
from core.postgres.clock import NO_BREAK
from theaters.currencies import figure

# Directive 2006/112/EC, article 215: the state's prefix, and what it gives out, as VIES lists it.
VAT_ID = re.compile(
    r"(AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)"
    r"(?=.*\d{2})[A-Z0-9+*]{2,12}"
)
GAPS = re.compile(r"[\s.\-]")


class Words(words.Words):
    """The words of one language, such as `de` or `de-AT`; English if it is none of ours."""

    def amount(self, value: Decimal, currency: str) -> str:
        """Returns the amount with its currency."""
        return f"{self.number(figure(value, currency))}{NO_BREAK}{currency}"

    def tax_id(self, number: str) -> str:
        """Returns the number by which a tax office knows the seller, called what it is: a VAT id of
        the European Union, or a national number; nothing if there is none."""
        if not number:
            return ""
        is_vat_id = VAT_ID.fullmatch(GAPS.sub("", number).upper())
        return self("vat_id" if is_vat_id else "tax_id", id=number)

    def sold_by(self, legal_name: str, legal_address: str, tax_id: str) -> str:
        """Returns who sells; nothing as long as nobody has said it."""
        tax = self.tax_id(tax_id)
        named = " · ".join(filter(None, (legal_name, legal_address, tax)))
        return f"{self('seller')} {named}" if legal_name else ""

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
