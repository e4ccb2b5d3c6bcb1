"""All paths of the API, from Django's URL configuration."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from core.urls import api

PREFIX = "/api/v1/"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")


@dataclass(frozen=True)
class Address:
    """An entry of the URL configuration."""

    name: str
    route: str
    methods: frozenset[str]

    @property
    def parameters(self) -> list[str]:
        """The names in angle brackets."""
        return re.findall(r"<\w+:(\w+)>", self.route)

    def path(self, *values: object) -> str:
        """The path with these values in place of the parameters; one value is for all of them."""
        remaining = iter(values if len(values) > 1 else values * len(self.parameters))
        return PREFIX + re.sub(r"<[^>]+>", lambda _: str(next(remaining)), self.route)

    def template(self, names: Mapping[str, str]) -> str:
        """Returns the path as in OpenAPI, with other names for some parameters."""
        return self.path(*(f"{{{names.get(name, name)}}}" for name in self.parameters))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            callback: Any = pattern.callback
            view = callback.view_class()
            yield Address(str(pattern.name), route, frozenset(view.allowed_methods))


ADDRESSES = {address.name: address for address in _walk(api)}
