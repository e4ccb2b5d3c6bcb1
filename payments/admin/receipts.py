"""The admin's pages of receipts and credit notes, which nobody changes."""

import re
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from core.office.filters import OwnRows
from core.office.pages import ReadOnly
from core.postgres.clock import local_time
from payments.models import Receipt
from payments.providers.minor_units import from_minor
from payments.receipt_documents import method_of
from theaters.currencies import amount
from theaters.models import Theater
from theaters.policy import Action

A_NUMBER = re.compile(r"[0-9]{1,18}")


class ReceiptTheaterFilter(OwnRows):
    """Receipts of one theater."""

    rows = Theater


@admin.register(Receipt)
class ReceiptPages(ReadOnly):
    """Receipts as they were issued."""

    takes = {"view": Action.RUN}
    zone_path = "theater__timezone"
    list_display = ("number", "kind", "theater", "issued", "sum", "paid_by", "booking")
    list_filter = ("kind", ReceiptTheaterFilter)
    list_select_related = ("theater", "booking", "payment__account")
    search_fields = ("number",)
    search_help_text = "Number of a receipt, or reference of a booking"
    ordering = ("-id",)
    fields = (
        "number", "kind", "theater", "issued", "booking", "sum", "paid_by", "seller_name",
        "items", "rates",
    )  # fmt: skip
    readonly_fields = fields

    def find(self, request: HttpRequest, rows: Any, term: str) -> QuerySet[Any]:
        """Finds receipts by their number or by their booking."""
        if A_NUMBER.fullmatch(term):
            return rows.filter(number=int(term))  # type: ignore[no-any-return]
        return rows.filter(booking__reference=term.replace(" ", "").upper())  # type: ignore[no-any-return]

    @admin.display(description="issued", ordering="id")
    def issued(self, receipt: Receipt) -> str:
        return local_time(receipt.issued_at, receipt.theater.timezone)

    @admin.display(description="amount", ordering="amount")
    def sum(self, receipt: Receipt) -> str:
        return _amount(receipt.amount, receipt)

    @admin.display(description="paid by")
    def paid_by(self, receipt: Receipt) -> str:
        account = receipt.payment.account
        return (
            f"{method_of(receipt)}{', test: no real money' if account and account.is_test else ''}"
        )

    @admin.display(description="seller")
    def seller_name(self, receipt: Receipt) -> str:
        return str(receipt.seller.get("legal_name", ""))

    @admin.display(description="lines")
    def items(self, receipt: Receipt) -> SafeString:
        lines = (
            (each["item"].replace("_", " "), each.get("seat", ""), _amount(each["gross"], receipt))
            for each in receipt.lines
        )
        return format_html_join("", "<div>{} {}: {}</div>", lines)

    @admin.display(description="tax")
    def rates(self, receipt: Receipt) -> SafeString:
        rates = ((each["rate"], _amount(each["tax"], receipt)) for each in receipt.taxes)
        return format_html_join("", "<div>{} %: {}</div>", rates)


def _amount(units: int, receipt: Any) -> str:
    return amount(from_minor(units, receipt.currency), receipt.currency)
