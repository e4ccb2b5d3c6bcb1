"""The form with which shows are scheduled and changed."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.office.fields import Amount, Text, WallClock
from core.office.pages import ServiceForm
from shows.models import DETAILS, Show
from shows.scheduling import Pricing, change_show, schedule_show
from theaters.currencies import figure
from theaters.layout import CATEGORIES

PRICES = tuple(f"price_{category}" for category in CATEGORIES.values())


class ShowForm(ServiceForm):
    """A show, in the time zone and currency of its theater."""

    starts_at = WallClock(label="Starts", help_text="In the theater's local time.")
    price = Amount(help_text="For every seat whose category has no price of its own.")
    format = Text(max_length=20, initial="2D")
    price_standard = Amount(required=False, label="Standard")
    price_premium = Amount(required=False, label="Premium")
    price_recliner = Amount(required=False, label="Recliner")
    price_wheelchair = Amount(required=False, label="Wheelchair")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        show: Show = self.instance
        if show.pk:
            zone = ZoneInfo(show.screen.theater.timezone)
            local = show.starts_at.astimezone(zone)
            self.initial["starts_at"] = local.replace(second=0, microsecond=0, tzinfo=None)
            self._fill_in_prices(show)

    def _fill_in_prices(self, show: Show) -> None:
        """Fills in the prices, with as many decimals as the theater's currency has."""
        currency = show.screen.theater.currency
        price = self.initial["price"] = figure(show.price, currency)
        for name, cost in show.prices.items():
            self.initial[f"price_{name}"] = figure(Decimal(cost), currency)
        for name in PRICES:
            if name in self.fields:
                self.fields[name].widget.attrs["placeholder"] = price

    def perform(self) -> Show:
        data = self.cleaned_data
        prices = {
            name.removeprefix("price_"): data[name] for name in PRICES if data.get(name) is not None
        }
        if self.instance.pk:
            changed = change_show(
                show=self.instance, changes=self._changes(prices), expected=self.expected
            )
            changed.screen = self.instance.screen
            return changed
        details = {name: data[name] for name in DETAILS if data[name]}
        return schedule_show(
            movie=data["movie"],
            screen=data["screen"],
            starts_at=data["starts_at"],
            pricing=Pricing(data["price"], prices),
            **details,
        )

    def _changes(self, prices: dict[str, Any]) -> dict[str, Any]:
        changes = {name: value for name, value in self.changes.items() if name not in PRICES}
        return changes | ({"prices": prices} if self.changes.keys() & set(PRICES) else {})
