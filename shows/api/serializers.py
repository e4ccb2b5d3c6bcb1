"""Shows as owners send them; shows.documents describes them as clients see them."""

from functools import partial
from itertools import islice
from typing import Any

from rest_framework import serializers

from core.http.fields import IdOf, Moment, Money, Shaped, StrictInteger, StrictText
from core.openapi.schema import example
from movies.models import Movie
from theaters.layout import CATEGORIES, MOST_COLUMNS, MOST_ROWS, grid
from theaters.models import Screen
from theaters.policy import Action

NEW_SHOW = {
    "movie": 7,
    "screen": 5,
    "starts_at": "2026-12-31T20:15:00",
    "price": "12.50",
    "prices": {"premium": "15.00"},
    "language": "German",
    "format": "2D",
}


class Prices(Shaped, serializers.DictField):
    """Amounts by category. Unknown categories are refused with a short answer, however long."""

    default_error_messages = {"not_a_dict": "Write an object: amounts by category."}
    child: Money

    def shape(self, direction: str) -> dict[str, Any]:
        amount = self.child.shape(direction)
        return {
            "type": "object",
            "properties": dict.fromkeys(CATEGORIES.values(), amount),
            "additionalProperties": False,
        }

    def run_validation(self, data: Any = serializers.empty) -> Any:
        known = CATEGORIES.values()
        unknown = data.keys() - known if isinstance(data, dict) else ()
        if unknown:
            detail = f"Choose one of: {', '.join(known)}."
            raise serializers.ValidationError({name[:20]: detail for name in islice(unknown, 10)})
        return super().run_validation(data)


@example(change={"price": "13.00", "prices": {"premium": "16.00"}})
class ShowChangeInput(serializers.Serializer[Any]):
    """What can be changed of a show."""

    movie = IdOf(Movie.objects.all(), help_text="Id of a movie.")
    starts_at = Moment()
    price = Money()
    prices = Prices(
        child=Money(),
        required=False,
        help_text="Price by category; those left out cost `price`. A "
        "change replaces the whole object: send every category with its own price.",
    )
    language = StrictText(max_length=40, allow_blank=True, required=False)
    format = StrictText(max_length=20, required=False)


@example(request=NEW_SHOW)
class NewShowInput(ShowChangeInput):
    """A show to be scheduled; with `rows` or `columns`, its seats are a plain grid instead of the
    screen's layout."""

    screen = IdOf(
        partial(Screen.objects.where_may, action=Action.SCHEDULE),
        help_text="Id of a screen in one of your theaters.",
    )
    rows = StrictInteger(min_value=1, max_value=MOST_ROWS, required=False)
    columns = StrictInteger(min_value=1, max_value=MOST_COLUMNS, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        rows, columns = attrs.pop("rows", None), attrs.pop("columns", None)
        if rows or columns:
            screen = attrs["screen"]
            attrs["layout"] = grid(rows or screen.rows, columns or screen.columns)
        return attrs
