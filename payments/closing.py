"""Keeps accounts open while their money is on its way."""

from django.db.models import Q

from core.postgres.clock import StatementTime
from payments.models import Payment, PaymentStatus, Refund, RefundStatus
from users.closing import MoneyOpen, prevents_closing
from users.models import User

IS_UNDER_WAY = Q(
    status__in=[PaymentStatus.CREATED, PaymentStatus.OPEN], expires_at__gt=StatementTime()
)
IS_OUTSTANDING = ~Q(status=RefundStatus.SUCCEEDED)


@prevents_closing(MoneyOpen)
def has_open_money(user: User) -> bool:
    """Returns whether a refund of the user has not arrived, or a payment can still come."""
    return (
        Refund.objects.filter(IS_OUTSTANDING, payment__booking__user=user).exists()
        or Payment.objects.filter(IS_UNDER_WAY, booking__user=user).exists()
    )
