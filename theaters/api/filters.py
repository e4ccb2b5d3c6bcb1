"""How the list of theaters can be narrowed."""

from core.http.filters import TEXT, Filter, one_of
from users.access import caller

FILTERS = {
    "search": Filter(
        TEXT,
        "Name, city, address; forgives typos.",
        lambda theaters, text, _: theaters.search(text),
    ),
    "city": Filter(
        TEXT,
        "The city, in any case, with or without accents.",
        lambda theaters, city, _: theaters.in_city(city),
    ),
    "owner": Filter(
        one_of(["me"]),
        "`me`: my own; needs a token.",
        lambda theaters, _, request: theaters.filter(owner_id=caller(request).pk),
        code="invalid_choice",
    ),
}
