"""Who may call a view, according to the policy. Which rows a caller sees there is decided by the
querysets' `where_may`."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from core.failures import Failure, NotAuthenticated
from core.languages.words import preferred_language
from users.models import User
from users.otp import SecondFactorRequired


class IsAllowed(BasePermission):
    """Allows users who may do what the view `takes` somewhere; if `is_public`, anybody may read.

    `message` tells everybody else, and readers of the schema, whom the call is for.
    A method that the view does not have passes, so that it is refused with 405.
    """

    is_public: ClassVar[bool] = False
    message: ClassVar[str] = "This call is for people who run or work at a theater."
    fails: ClassVar[Collection[type[Failure]]] = (SecondFactorRequired,)

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method not in view.allowed_methods:
            return True
        if self.is_public and request.method in SAFE_METHODS:
            return True
        return request.user.is_authenticated and request.user.may(self.taken_by(view))

    def taken_by(self, view: Any) -> str:
        """Returns the action that the policy is asked about."""
        return str(view.takes)


class IsAllowedOrReadOnly(IsAllowed):
    """Anybody may read; those whom the policy allows may write."""

    is_public = True


class IsAdmin(IsAllowed):
    """Allows only admins."""

    message = "This call is for admins."

    def taken_by(self, view: Any) -> str:
        return "administer"


class IsAdminOrReadOnly(IsAdmin):
    """Anybody may read; admins may write."""

    is_public = True


class ManagedObjectsMixin:
    """Reads see every object, writes only those on which the caller may do what the view `takes`:
    any other is a 404."""

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()  # type: ignore[misc]
        request: Request = self.request  # type: ignore[attr-defined]
        if request.method in SAFE_METHODS or getattr(self, "swagger_fake_view", False):
            return rows  # type: ignore[no-any-return]
        return rows.where_may(caller(request), self.takes)  # type: ignore[attr-defined, no-any-return]


def caller(request: Request) -> User:
    """Returns the logged-in user. Raises NotAuthenticated if there is none."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def language_of(request: Request) -> str:
    """Returns the caller's language, else which of ours the client accepts; empty if none."""
    chosen: str = getattr(request.user, "language", "")
    return chosen or preferred_language(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
