"""The admin's pages of accounts: finding them, changing roles, disabling."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from core.office.pages import Pages, ServiceForm, Step, badge
from core.postgres.clock import StatementTime, local_time
from users import second_factor
from users.administration import VERSIONED, change_account
from users.models import User


class UserForm(ServiceForm):
    """What an admin may change in an account."""

    versioned = VERSIONED

    def perform(self) -> User:
        return change_account(
            by=self.user,
            user_id=self.instance.pk,
            changes=self.changes,
            expected=self.expected,
        )


@admin.register(User)
class UserPages(Pages):
    """Accounts are created by registering and closed by their users, so neither is done here."""

    takes = {"view": "administer", "change": "administer"}
    form = UserForm
    list_display = ("email", "name", "role_badge", "is_active", "email_verified", "date_joined")
    list_filter = ("role", "is_active", "email_verified")
    search_fields = ("email", "name")
    date_hierarchy = "date_joined"
    ordering = ("-id",)
    readonly_fields = (
        *("email", "name", "email_verified", "date_joined"),
        *("last_login", "sessions", "has_second_factor"),
    )
    fieldsets = (
        (None, {"fields": ("email", "name", "email_verified", "date_joined")}),
        ("Mails", {"fields": ("language",)}),
        (
            "What they may do",
            {
                "fields": ("role", "is_active"),
                "description": "A change ends every session of the account at once.",
            },
        ),
        ("Logged in", {"fields": ("sessions", "last_login", "has_second_factor")}),
    )

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        texts = {
            "is_active": "Without it nobody can log in. The account's bookings stay.",
            "language": "Of mails and tickets; English if none is chosen.",
            "role": "Admins may do everything, owners run their theaters, users book.",
        }
        labels = {"is_active": "May log in"}
        return super().get_form(request, *args, help_texts=texts, labels=labels, **kwargs)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.reset_second_factor)
        name = "users_user_reset_second_factor"
        return [path("<int:pk>/reset-second-factor/", view, name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        user = self.get_object(request, object_id)
        tools = []
        if user and user.has_second_factor:
            address = reverse("admin:users_user_reset_second_factor", args=[user.pk])
            tools.append(("Reset the second factor", address))
        return super().change_view(request, object_id, form_url, {"tools": tools})

    def reset_second_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Resets it for somebody who lost the app and the recovery codes."""
        user = self.own(request, pk)

        def act(_: Mapping[str, Any]) -> str:
            second_factor.reset(by=request.user, user=user)  # type: ignore[arg-type]
            return f"The second factor of {user.email} was reset."

        sentences = [
            f"{user.name} <{user.email}> can then log in with the password alone.",
            "Every session of the account ends. Be sure who asks you for this.",
        ]
        step = Step("Reset the second factor?", sentences, "Reset it", act)
        return self.ask(request, user, step)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("password")

    @admin.display(description="role", ordering="role")
    def role_badge(self, user: User) -> str:
        return badge(user.role)

    @admin.display(description="sessions of the API")
    def sessions(self, user: User) -> str:
        found = user.sessions.aggregate(
            live=Count("pk", filter=Q(ended_at=None, expires_at__gt=StatementTime())),
            last=Max("rotated_at"),
        )
        last = local_time(found["last"], "UTC") if found["last"] else "never"
        return f"{found['live']} open, last used: {last}"

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Does nothing: `change_account` records changes, those through the API as well."""
