"""What the forms of ticket types and vouchers have in common: a kind with its value."""

from decimal import Decimal
from typing import Any

from django import forms

from core.office.fields import Amount
from core.office.pages import ServiceForm
from pricing.models import PriceKind, TicketType, Voucher
from theaters.currencies import amount, figure

TOGETHER = {"kind", "value"}


class PricingForm(ServiceForm):
    """A value of a kind; both are changed together."""

    value = Amount(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: TicketType | Voucher = self.instance
        if row.pk:
            self.initial["value"] = figure_of(row)

    def clean_value(self) -> Decimal | None:
        """Returns the value as it stands in the row; nothing is 0 where none is needed."""
        value: Decimal | None = self.cleaned_data["value"]
        is_needed = self.cleaned_data.get("kind") != PriceKind.AS_IS
        if value is None and is_needed:
            raise forms.ValidationError("Write percent of the price, or an amount.")
        return value

    @property
    def priced_changes(self) -> dict[str, Any]:
        """Returns the changes, of kind and value both or none."""
        changes = self.changes
        both = {name: self.cleaned_data[name] for name in TOGETHER}
        return changes | both if changes.keys() & TOGETHER else changes


def figure_of(row: TicketType | Voucher) -> str:
    """Returns the value as people type it: percent or an amount."""
    if row.kind == PriceKind.AMOUNT:
        return figure(row.value, row.theater.currency)
    return f"{row.value.normalize():f}"


def told(row: TicketType | Voucher) -> str:
    """Returns what the value means: 50 %, 7.90 EUR, or nothing."""
    if row.kind == PriceKind.AS_IS:
        return ""
    if row.kind == PriceKind.AMOUNT:
        return amount(row.value, row.theater.currency)
    return f"{figure_of(row)}\N{NO-BREAK SPACE}%"
