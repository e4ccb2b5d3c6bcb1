"""What money adds to the pages of bookings: a mark, if it was not real."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from bookings.models import Booking
from core.office.additions import Addition, add_to
from payments.models import Payment


@add_to(Booking)
class ModeOfMoney(Addition):
    """Marks bookings that were paid to an account in test mode."""

    def annotate(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        test = Payment.objects.filter(booking=OuterRef("pk"), account__is_test=True)
        return rows.annotate(is_test=Exists(test))  # type: ignore[no-any-return]

    def marks(self, row: Any) -> list[str]:
        return ["test"] if row.is_test else []
