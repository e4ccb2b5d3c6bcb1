"""Which rows of money the policy lets somebody see."""

from typing import Any

from django.db import models

from theaters.models import Theater
from theaters.policy import Action
from users.models import User


class OfTheater(models.QuerySet[Any]):
    """Rows that belong to a theater."""

    def where_may(self, user: User, action: Action) -> "OfTheater":
        """Returns those of theaters in which the policy allows the user the action."""
        return self.filter(theater__in=Theater.objects.where_may(user, action))


class OfBooking(models.QuerySet[Any]):
    """Rows that belong to a booking, or through an account to a theater."""

    path = "booking__show__screen__theater"

    def where_may(self, user: User, action: Action) -> "OfBooking":
        """Returns those of theaters in which the policy allows the user the action."""
        return self.filter(**{f"{self.path}__in": Theater.objects.where_may(user, action)})


class OfPayment(OfBooking):
    path = "payment__booking__show__screen__theater"


class OfAccount(OfBooking):
    path = "account__theater"
