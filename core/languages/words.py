"""The words of mails and papers, and how a language writes dates, times and numbers."""

import pkgutil
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils.translation.trans_real import parse_accept_lang_header

from core.postgres.clock import NO_BREAK

USUAL = "en"
_FILES: dict[str, Any] = {
    module.name: import_module(f"core.languages.{module.name}")
    for module in pkgutil.iter_modules([str(Path(__file__).parent)])
    if len(module.name) == 2
}
WORDS = MappingProxyType({code: file.WORDS for code, file in _FILES.items()})
LANGUAGES = MappingProxyType({code: str(file.NAME) for code, file in _FILES.items()})
"""The languages by their codes, each named as its speakers do."""


def language_choices() -> list[tuple[str, str]]:
    """Returns the languages as a field of a model offers them."""
    return list(LANGUAGES.items())


def base_of(language: str) -> str:
    """Returns the code of the language of which this is a variety: `de` of `de-AT`."""
    return language.replace("_", "-").partition("-")[0].lower()


def preferred_language(accepted: str) -> str:
    """Returns which of our languages an `Accept-Language` (RFC 9110, 12.5.4) prefers; empty if it
    names none of them."""
    offers = parse_accept_lang_header(accepted)
    wanted = (base_of(language) for language, weight in offers if weight)
    return next((language for language in wanted if language in LANGUAGES), "")


class Words:
    """The words of one language, such as `de` or `de-AT`; English if it is none of ours."""

    do_not_call_in_templates = True

    def __init__(self, language: str) -> None:
        base = base_of(language)
        self.language = base if base in LANGUAGES else USUAL
        self._words: dict[str, str] = WORDS[USUAL] | WORDS[self.language]

    def __call__(self, name: str, /, **values: object) -> str:
        """Returns the words, with the values in their places. Raises KeyError without them."""
        return self._words[name].format(**values)

    def named(self, name: str) -> str:
        """Returns the words for a name of the database; one without words is its own."""
        return self._words.get(name, name)

    def date(self, moment: datetime) -> str:
        """Returns the day as the language writes it in full."""
        return self("date", **self._parts(moment), year=moment.year)

    def short_date(self, moment: datetime) -> str:
        """Returns the day as it fits into a subject."""
        parts = self._parts(moment)
        length = int(self._words["short_names"])
        return self(
            "short_date",
            day=parts["day"],
            weekday=str(parts["weekday"])[:length],
            month=self._words["short_months"].split()[moment.month - 1],
        )

    def time(self, moment: datetime) -> str:
        """Returns the time of day."""
        return self("time", time=f"{moment:%H:%M}").replace(" ", NO_BREAK)

    def zone(self, moment: datetime) -> str:
        """Returns `CET`, as the language calls it, or `UTC+05:30` if the zone has no name."""
        name = moment.tzname() or ""
        names = dict(zip(*[iter(self._words["zones"].split())] * 2, strict=True))
        return names.get(name, name) if name.isalpha() else f"UTC{moment.isoformat()[-6:]}"

    def number(self, value: Decimal | str) -> str:
        """Returns the number with the language's decimal point."""
        return str(value).replace(".", self._words["point"])

    def percent(self, value: Decimal) -> str:
        """Returns 7 or 5.5."""
        return self.number(f"{value.normalize():f}")

    def _parts(self, moment: datetime) -> dict[str, object]:
        return {
            "weekday": self._words["weekdays"].split()[moment.weekday()],
            "day": moment.day,
            "month": self._words["months"].split()[moment.month - 1],
        }
