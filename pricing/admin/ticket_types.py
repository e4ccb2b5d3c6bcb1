"""The admin's pages of ticket types."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from core.office.filters import OwnRows
from core.office.pages import Pages, everything
from pricing.admin.forms import PricingForm, told
from pricing.models import PriceKind, TicketType
from pricing.services import add_ticket_type, change_ticket_type, delete_ticket_type
from theaters.layout import CATEGORY_NAMES
from theaters.models import Theater
from theaters.policy import Action

KINDS = [
    (PriceKind.AS_IS, "the seat's price"),
    (PriceKind.SHARE, "percent of the seat's price"),
    (PriceKind.AMOUNT, "an amount"),
]


class TypeTheaterFilter(OwnRows):
    """Ticket types of one theater."""

    rows = Theater


class TicketTypeForm(PricingForm):
    """A ticket type; without a chosen category, it is for all."""

    kind = forms.ChoiceField(label="Costs", choices=KINDS, initial=PriceKind.AS_IS)
    categories = forms.MultipleChoiceField(
        label="For",
        required=False,
        choices=[(name, name) for name in CATEGORY_NAMES],
        widget=forms.CheckboxSelectMultiple,
        help_text="Categories of seats; all of them if you choose none.",
    )
    at_most = forms.IntegerField(
        label="At most",
        required=False,
        min_value=1,
        max_value=100,
        help_text="In one booking. If left empty, any number.",
    )
    position = forms.IntegerField(
        initial=0, min_value=0, max_value=1000, help_text="Types are offered in this order."
    )

    def perform(self) -> TicketType:
        if self.instance.pk:
            return change_ticket_type(
                ticket_type=self.instance, changes=self.priced_changes, expected=self.expected
            )
        fields = self.fields_of_row
        theater: Theater = fields.pop("theater")
        return add_ticket_type(theater_id=theater.pk, **fields)


@admin.register(TicketType)
class TicketTypePages(Pages):
    """A ticket type cannot move to another theater."""

    takes = everything(Action.RUN)
    zone_path = "theater__timezone"
    form = TicketTypeForm
    list_display = ("name", "theater", "costs", "seats", "at_most", "position")
    list_filter = ("kind", TypeTheaterFilter)
    list_select_related = ("theater",)
    search_fields = ("name", "theater__name", "theater__city")
    fields = ("theater", "name", "kind", "value", "categories", "at_most", "position")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("theater",) if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Accepts only theaters that the user runs, whatever is sent."""
        kwargs["queryset"] = Theater.objects.where_may(request.user, Action.RUN)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="costs")
    def costs(self, row: TicketType) -> str:
        return told(row) or "the seat's price"

    @admin.display(description="for")
    def seats(self, row: TicketType) -> str:
        return ", ".join(row.categories) or "all seats"

    def delete_model(self, request: HttpRequest, obj: TicketType) -> None:
        delete_ticket_type(ticket_type=obj, expected=self.expected(request))
