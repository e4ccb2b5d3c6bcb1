"""The filters of the list of accounts."""

from django.db.models import Q, QuerySet
from rest_framework.filters import search_smart_split
from rest_framework.request import Request

from core.http.filters import FLAG, TEXT, Filter, one_of
from users.models import Role, User


def with_words(users: QuerySet[User], text: str, _: Request) -> QuerySet[User]:
    for word in search_smart_split(text):  # type: ignore[arg-type]
        users = users.filter(Q(email__icontains=word) | Q(name__icontains=word))
    return users


FILTERS = {
    "role": Filter(
        one_of(Role.values), "Accounts of all roles when left out.", code="invalid_choice"
    ),
    "is_active": Filter(FLAG, "Whether they may log in.", code="invalid_choice"),
    "search": Filter(TEXT, "Words that `email` and `name` have.", with_words),
}
