"""What a role may do. Which objects it may do it to is decided by the querysets' `managed_by`."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from core.failures import Failure, NotAuthenticated
from users.models import Role, User
from users.otp import SecondFactorRequired


class RolePermission(BasePermission):
    """Lets in users of certain roles, and everybody where `is_public` for reading.

    `message` says to the others, and in the schema, whom the call is for.
    A method that the address does not have is let through, to be refused as such with 405.
    """

    roles: ClassVar[Collection[str]] = ()
    is_public: ClassVar[bool] = False
    message: ClassVar[str] = ""
    fails: ClassVar[Collection[type[Failure]]] = (SecondFactorRequired,)

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method not in view.allowed_methods:
            return True
        if self.is_public and request.method in SAFE_METHODS:
            return True
        return getattr(request.user, "role", None) in self.roles


class IsAdmin(RolePermission):
    """Admins only."""

    roles = (Role.ADMIN,)
    message = "This call is for admins."


class IsOwnerOrAdmin(RolePermission):
    """Owners of theaters and admins."""

    roles = (Role.OWNER, Role.ADMIN)
    message = "This call is for owners of theaters and admins."


class IsAdminOrReading(IsAdmin):
    """Reading for all, writing for admins."""

    is_public = True


class IsOwnerOrAdminOrReading(IsOwnerOrAdmin):
    """Reading for all, writing for owners and admins."""

    is_public = True


class ManagedObjectsMixin:
    """Everybody's objects to read, to write only those that the user may run: else 404."""

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()  # type: ignore[misc]
        request: Request = self.request  # type: ignore[attr-defined]
        if request.method in SAFE_METHODS or getattr(self, "swagger_fake_view", False):
            return rows  # type: ignore[no-any-return]
        return rows.managed_by(caller(request))  # type: ignore[no-any-return]


def caller(request: Request) -> User:
    """Who is logged in. Raises NotAuthenticated for nobody."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
