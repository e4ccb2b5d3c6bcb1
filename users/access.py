"""Whom an address of the API lets in, as the policy says. Which rows they get there, querysets
decide: their `where_may`."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from core.failures import Failure, NotAuthenticated
from users.models import User
from users.otp import SecondFactorRequired


class MayOnly(BasePermission):
    """Lets in users who may do somewhere what the view `takes`, and everybody where `is_public` for
    reading.

    `message` says to the others, and in the schema, whom the call is for.
    A method that the address does not have is let through, to be refused as such with 405.
    """

    is_public: ClassVar[bool] = False
    message: ClassVar[str] = "This call is for owners of theaters and admins."
    fails: ClassVar[Collection[type[Failure]]] = (SecondFactorRequired,)

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method not in view.allowed_methods:
            return True
        if self.is_public and request.method in SAFE_METHODS:
            return True
        return request.user.is_authenticated and request.user.may(self.taken_by(view))

    def taken_by(self, view: Any) -> str:
        """What the policy is asked about."""
        return str(view.takes)


class MayOrReading(MayOnly):
    """Reading for all, writing for those who may."""

    is_public = True


class IsAdmin(MayOnly):
    """Admins only."""

    message = "This call is for admins."

    def taken_by(self, view: Any) -> str:
        return "administer"


class IsAdminOrReading(IsAdmin):
    """Reading for all, writing for admins."""

    is_public = True


class ManagedObjectsMixin:
    """Everybody's objects to read, to write only those where the user may what the view `takes`:
    else 404."""

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()  # type: ignore[misc]
        request: Request = self.request  # type: ignore[attr-defined]
        if request.method in SAFE_METHODS or getattr(self, "swagger_fake_view", False):
            return rows  # type: ignore[no-any-return]
        return rows.where_may(caller(request), self.takes)  # type: ignore[attr-defined, no-any-return]


def caller(request: Request) -> User:
    """Who is logged in. Raises NotAuthenticated for nobody."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
