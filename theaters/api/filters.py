"""How the list of theaters can be narrowed."""

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework.request import Request

from core.http.filters import OneOfFilter, TextFilter
from theaters.models import Theater, TheaterQuerySet
from users.access import caller


@extend_schema_field({"type": "string", "enum": ["me"]})
class MineFilter(OneOfFilter):
    """`me`."""


class TheaterFilter(django_filters.FilterSet):
    search = TextFilter(method="by_search", help_text="Name, city, address; forgives typos.")
    city = TextFilter(method="by_city", help_text="The city, in any case, with or without accents.")
    owner = MineFilter(
        method="by_owner",
        choices=[("me", "me")],
        help_text="`me`: my own; needs a token.",
    )

    request: Request

    class Meta:
        model = Theater
        fields: list[str] = []

    def by_search(self, theaters: TheaterQuerySet, name: str, query: str) -> TheaterQuerySet:
        return theaters.search(query)

    def by_city(self, theaters: TheaterQuerySet, name: str, city: str) -> TheaterQuerySet:
        return theaters.in_city(city)

    def by_owner(self, theaters: TheaterQuerySet, name: str, owner: str) -> TheaterQuerySet:
        return theaters.filter(owner_id=caller(self.request).pk)
