"""The admin's pages of how theaters sell: one page for each theater."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from core.office.fields import Amount, Lines, Text, TextOfLines
from core.office.pages import Pages, ServiceForm, badge
from theaters.models import PaymentSettings, Theater, is_web_address
from theaters.payment_settings import MOST_STEPS, change_payment_settings
from theaters.policy import Action
from theaters.selling import MOST_MINUTES

A_STEP = re.compile(r"([0-9]{1,5})\s*:\s*([0-9]{1,3})\s*%?")
STEPS = (
    "A line per step, as 1440: 100, which is until so many minutes before the start: percent of "
    "the price. What no line covers cannot be cancelled. Without any, all comes back until an hour "
    "before the start."
)
WHO = ("legal_name", "legal_address", "tax_id", "terms_url", "privacy_url", "terms_version")
ONLINE = (
    "Needed before customers can pay online: legal name and address, both links, and a payment "
    "account. Customers see all of it before they order."
)


class Steps(Lines):
    """A theater's policy of refunds, a line per step."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=MOST_STEPS, longest=20, commas=True, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        is_policy = isinstance(value, list)
        return "\n".join(map(_written, value)) if is_policy else value

    def to_python(self, value: Any) -> Any:
        return [_step(line) for line in super().to_python(value)]


def _written(step: Any) -> str:
    return f"{step['until_minutes']}: {step['share']}"


def _step(line: str) -> dict[str, int]:
    found = A_STEP.fullmatch(line.strip())
    if not found:
        raise forms.ValidationError("Write lines such as 1440: 100.")
    until, share = map(int, found.groups())
    if until > MOST_MINUTES or share > 100:
        raise forms.ValidationError(f"Write at most {MOST_MINUTES} minutes, and 100 percent.")
    return {"until_minutes": until, "share": share}


class PaymentSettingsForm(ServiceForm):
    """How a theater sells; the model checks the numbers."""

    by_model = True
    booking_fee = Amount(help_text="For each ticket, tax included.")
    tax_rate = Amount(help_text="Percent of tax that is in all prices.")
    refund_policy = Steps(label="What comes back", required=False, help_text=STEPS)
    legal_name = Text(max_length=200, required=False)
    legal_address = TextOfLines(
        max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    tax_id = Text(label="Tax id", max_length=40, required=False)
    terms_url = Text(
        label="Link to the terms", max_length=500, required=False, validators=[is_web_address]
    )
    privacy_url = Text(
        label="Link to the privacy page",
        max_length=500,
        required=False,
        validators=[is_web_address],
    )

    def clean_tax_rate(self) -> Any:
        rate = self.cleaned_data["tax_rate"]
        if rate is not None and rate > 99:
            raise forms.ValidationError("Write at most 99 percent.")
        return rate

    def perform(self) -> Theater:
        return change_payment_settings(
            theater_id=self.instance.pk, changes=self.changes, expected=self.expected
        )

    def validate_constraints(self) -> None:
        """Leaves what is needed of sellers to the service, which says what is missing."""


@admin.register(PaymentSettings)
class PaymentSettingsPages(Pages):
    """Theaters are opened and deleted on their own pages."""

    takes = {"view": Action.RUN, "change": Action.RUN}
    heading = "How theaters sell"
    zone_path = "timezone"
    form = PaymentSettingsForm
    list_display = ("name", "city", "paid", "booking_fee", "tax_rate", "legal_name")
    list_display_links = ("name",)
    search_fields = ("name", "city", "legal_name")
    fieldsets = (
        (None, {"fields": ("pays", "pay_within_minutes")}),
        ("Who sells", {"fields": WHO, "description": ONLINE}),
        ("Prices", {"fields": ("booking_fee", "tax_rate")}),
        ("Cancelling", {"fields": ("refund_policy", "fee_refundable")}),
        ("Seats", {"fields": ("no_single_seats",)}),
        ("At the counter", {"fields": ("counter_until_minutes", "admits_unpaid")}),
        (
            "Times",
            {
                "fields": (
                    "online_until_minutes",
                    "counter_sells_until_minutes",
                    "checkin_from_minutes",
                )
            },
        ),
    )
    labels = {
        "pays": "Customers pay",
        "pay_within_minutes": "Minutes for an online payment",
        "counter_until_minutes": "Unpaid seats are free minutes before the start",
        "online_until_minutes": "Online, minutes after the start",
        "counter_sells_until_minutes": "At the counter, minutes after the start",
        "checkin_from_minutes": "Doors open, minutes before the start",
        "no_single_seats": "Customers may not leave a single seat if they need not",
        "fee_refundable": "The booking fee comes back, too",
        "terms_version": "Version of the terms",
    }

    @admin.display(description="pays", ordering="pays")
    def paid(self, theater: Theater) -> SafeString:
        return badge(theater.pays)

    def get_queryset(self, request: HttpRequest) -> Any:
        mine = Theater.objects.where_may(request.user, self.takes["view"])  # type: ignore[arg-type]
        return PaymentSettings.objects.filter(pk__in=mine).order_by("name", "pk")
