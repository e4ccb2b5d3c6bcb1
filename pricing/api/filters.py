"""The filters of the list of vouchers."""

from core.http.filters import TEXT, Filter

FILTERS = {
    "search": Filter(
        TEXT,
        "What is in the `code`; case does not matter.",
        lambda vouchers, text, _: vouchers.filter(code__contains=text.upper()),
    ),
}
