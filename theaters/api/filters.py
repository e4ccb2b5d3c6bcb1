"""The filters of the list of theaters."""

from core.http.filters import TEXT, Filter, one_of
from users.access import caller

FILTERS = {
    "search": Filter(
        TEXT,
        "Name, city or address; tolerates typos.",
        lambda theaters, text, _: theaters.search(text),
    ),
    "city": Filter(
        TEXT,
        "The city; case and accents are ignored.",
        lambda theaters, city, _: theaters.in_city(city),
    ),
    "owner": Filter(
        one_of(["me"]),
        "`me`: the caller's own theaters; needs a token.",
        lambda theaters, _, request: theaters.filter(owner_id=caller(request).pk),
        code="invalid_choice",
    ),
}
