"""Which providers there are, by name."""

import re
from collections.abc import Mapping

from payments.providers.base import Provider
from payments.providers.counter import Counter
from payments.providers.stripe import Stripe

PROVIDERS: dict[str, type[Provider]] = {}


class UnknownProvider(LookupError):
    """No provider has this name."""


class WrongSettings(ValueError):
    """An account's settings are not what its provider needs. `faults` says why, by setting."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(sorted(faults)))
        self.faults = dict(faults)


def register(provider: type[Provider]) -> None:
    """Adds a provider."""
    PROVIDERS[provider.name] = provider


def provider_class(name: str) -> type[Provider]:
    """Returns the provider of this name, to read what it needs. Raises UnknownProvider."""
    try:
        return PROVIDERS[name]
    except KeyError:
        raise UnknownProvider(name) from None


def provider_of(name: str, settings: Mapping[str, str]) -> Provider:
    """Returns the provider with an account's settings. Raises UnknownProvider, WrongSettings."""
    kind = provider_class(name)
    if faults := faults_of(name, settings):
        raise WrongSettings(faults)
    return kind(**{field.name: settings.get(field.name, "") for field in kind.fields})


def faults_of(name: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Returns what is wrong with an account's settings, by setting; no text repeats a value."""
    fields = {field.name: field for field in provider_class(name).fields}
    faults = dict.fromkeys(settings.keys() - fields.keys(), "There is no such setting.")
    for each in fields.values():
        value = settings.get(each.name, "")
        if not value and each.is_required:
            faults[each.name] = "This is needed."
        elif value and each.pattern and not re.fullmatch(each.pattern, value):
            faults[each.name] = f"This does not look right. {each.hint}".strip()
    return faults


register(Counter)
register(Stripe)
