"""The admin's pages of payments, refunds and differences, which only services write."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from bookings.models import Booking
from core.office.additions import Addition, Tool, add_to
from core.office.pages import ReadOnly, Step, badge, may
from core.postgres.clock import local_time
from payments.models import Difference, Payment, Refund, RefundStatus
from payments.providers.minor_units import from_minor
from payments.refunding import try_again
from theaters.currencies import amount
from theaters.policy import Action


def _sum(units: int | None, currency: str) -> str:
    return "–" if units is None else amount(from_minor(units, currency), currency)


@admin.register(Payment)
class PaymentPages(ReadOnly):
    """Attempts to pay, and what came of them."""

    takes = {"view": Action.RUN}
    zone_path = "booking__show__screen__theater__timezone"
    list_display = ("number", "booking", "provider", "state", "cost", "came", "back", "made")
    list_filter = ("status", "problem")
    list_select_related = ("booking__show__screen__theater", "account")
    search_fields = ("booking__reference", "reference")
    search_help_text = "Reference of a booking, or the provider's name of the payment"
    ordering = ("-id",)
    fields = (
        "number", "booking", "provider", "method", "reference", "state", "cost", "came", "back",
        "made", "taken_by",
    )  # fmt: skip
    readonly_fields = fields

    def find(self, request: HttpRequest, rows: Any, term: str) -> QuerySet[Any]:
        """Finds payments of a booking, or by the provider's name."""
        of_booking = rows.filter(booking__reference=term.replace(" ", "").upper())
        return of_booking | rows.filter(reference=term)  # type: ignore[no-any-return]

    @admin.display(description="payment", ordering="id")
    def number(self, payment: Payment) -> str:
        return str(payment.pk)

    @admin.display(description="status", ordering="status")
    def state(self, payment: Payment) -> Any:
        words = [payment.status, *([payment.get_problem_display()] if payment.problem else [])]
        if payment.account and payment.account.is_test:
            words.append("test")
        if payment.disputed_at:
            words.append("disputed")
        return badge(", ".join(words))

    @admin.display(description="amount", ordering="amount")
    def cost(self, payment: Payment) -> str:
        return _sum(payment.amount, payment.currency)

    @admin.display(description="came", ordering="captured")
    def came(self, payment: Payment) -> str:
        return _sum(payment.captured, payment.currency)

    @admin.display(description="given back")
    def back(self, payment: Payment) -> str:
        done = _sum(payment.refunded, payment.currency)
        if not payment.refunding:
            return done
        return f"{done}, {_sum(payment.refunding, payment.currency)} on its way"

    @admin.display(description="started", ordering="id")
    def made(self, payment: Payment) -> str:
        return _local(payment, payment.created_at)


@admin.register(Refund)
class RefundPages(ReadOnly):
    """Money that goes back. A stuck refund needs somebody who finds out why, and tries again."""

    takes = {"view": Action.RUN}
    zone_path = "payment__booking__show__screen__theater__timezone"
    list_display = ("number", "booking", "provider", "sum", "reason", "state", "failure", "made")
    list_filter = ("status", "reason")
    list_select_related = ("payment__booking__show__screen__theater",)
    search_fields = ("payment__booking__reference",)
    search_help_text = "Reference of a booking"
    ordering = ("-id",)
    fields = (
        "number",
        "booking",
        "provider",
        "sum",
        "reason",
        "state",
        "attempt",
        "failure",
        "made",
    )
    readonly_fields = fields
    actions = ("send_again",)  # type: ignore[assignment]

    @admin.action(description="Send stuck refunds again")
    def send_again(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Sends those of the chosen refunds again that are stuck."""
        chosen = rows.filter(status=RefundStatus.STUCK).order_by("payment_id", "pk")
        for refund in chosen:
            try_again(refund_id=refund.pk)
            self.log_change(request, refund, f"Refund {refund.pk} is sent again.")
        self.message_user(request, f"Refunds that are sent again: {len(chosen)}.")

    def find(self, request: HttpRequest, rows: Any, term: str) -> QuerySet[Any]:
        """Finds refunds of a booking."""
        reference = term.replace(" ", "").upper()
        return rows.filter(payment__booking__reference=reference)  # type: ignore[no-any-return]

    @admin.display(description="refund", ordering="id")
    def number(self, refund: Refund) -> str:
        return str(refund.pk)

    @admin.display(description="booking")
    def booking(self, refund: Refund) -> str:
        return str(refund.payment.booking or "–")

    @admin.display(description="provider")
    def provider(self, refund: Refund) -> str:
        return refund.payment.provider

    @admin.display(description="amount", ordering="amount")
    def sum(self, refund: Refund) -> str:
        return _sum(refund.amount, refund.payment.currency)

    @admin.display(description="status", ordering="status")
    def state(self, refund: Refund) -> Any:
        return badge(refund.status)

    @admin.display(description="made", ordering="id")
    def made(self, refund: Refund) -> str:
        return _local(refund.payment, refund.created_at)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.again)
        return [path("<int:pk>/again/", view, name="payments_refund_again"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        refund = self.get_object(request, object_id)
        tools = self.tools(request, refund) if refund else []
        return super().change_view(request, object_id, form_url, {"tools": tools})

    def tools(self, request: HttpRequest, row: Refund) -> list[Tool]:
        if row.status != RefundStatus.STUCK:
            return super().tools(request, row)
        address = reverse("admin:payments_refund_again", args=[row.pk])
        return [Tool("Try again", address), *super().tools(request, row)]

    def again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sends a stuck refund once more."""
        refund = self.own(request, pk)

        def act(_: Mapping[str, Any]) -> str:
            try_again(refund_id=refund.pk)
            return f"Refund {refund.pk} is sent again."

        sentences = [
            f"{self.sum(refund)} for booking {self.booking(refund)}.",
            f"The provider said: {refund.failure or 'nothing'}.",
            "It is looked for in the provider's list first, so nobody gets it twice.",
        ]
        title = f"Send refund {refund.pk} again?"
        return self.ask(request, refund, Step(title, sentences, "Send it again", act))


@admin.register(Difference)
class DifferencePages(ReadOnly):
    """Where a provider's list and ours differ; one that is gone by the next day settles itself."""

    takes = {"view": Action.RUN}
    zone_path = "account__theater__timezone"
    list_display = ("object", "account", "kind", "ours", "theirs", "found_at", "settled_at")
    list_select_related = ("account__theater",)
    search_fields = ("object",)
    ordering = ("-id",)
    fields = list_display
    readonly_fields = fields

    def find(self, request: HttpRequest, rows: Any, term: str) -> QuerySet[Any]:
        """Finds differences by the provider's name of the payment."""
        return rows.filter(object=term)  # type: ignore[no-any-return]


@add_to(Booking)
class MoneyOfBooking(Addition):
    """Leads from a booking to its payments."""

    def tools(self, request: HttpRequest, row: Any) -> list[Tool]:
        if not may(request, Action.RUN):
            return []
        address = reverse("admin:payments_payment_changelist")
        return [Tool("Payments", f"{address}?q={row.reference}")]


def _local(payment: Payment, moment: Any) -> str:
    zone = payment.booking.show.screen.theater.timezone if payment.booking else "UTC"
    return local_time(moment, zone)
