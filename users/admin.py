"""Accounts, for admins: to find somebody, to change a role, to disable."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest

from core.backoffice import Pages, ServiceForm, badge
from core.clock import StatementTime, local_time
from users.administration import VERSIONED, change_account
from users.models import User


class UserForm(ServiceForm):
    """What an admin may change of somebody else's account."""

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
    """Accounts are made by registering and closed by their holders, so neither is done here."""

    admins_may = frozenset({"view", "change"})
    form = UserForm
    list_display = ("email", "name", "role_badge", "is_active", "email_verified", "date_joined")
    list_filter = ("role", "is_active", "email_verified")
    search_fields = ("email", "name")
    date_hierarchy = "date_joined"
    ordering = ("-id",)
    readonly_fields = ("email", "name", "email_verified", "date_joined", "last_login", "sessions")
    fieldsets = (
        (None, {"fields": ("email", "name", "email_verified", "date_joined")}),
        (
            "What they may do",
            {
                "fields": ("role", "is_active"),
                "description": "A change ends every session of the account at once.",
            },
        ),
        ("Logged in", {"fields": ("sessions", "last_login")}),
    )

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        texts = {
            "is_active": "Without it nobody can log in. The account's bookings stay.",
            "role": "Admins may do everything, owners run their theaters, users book.",
        }
        labels = {"is_active": "May log in"}
        return super().get_form(request, *args, help_texts=texts, labels=labels, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("password")

    @admin.display(description="role", ordering="role")
    def role_badge(self, user: User) -> str:
        return badge(user.role)

    @admin.display(description="sessions of the API")
    def sessions(self, user: User) -> str:
        found = user.sessions.aggregate(
            living=Count("pk", filter=Q(ended_at=None, expires_at__gt=StatementTime())),
            last=Max("rotated_at"),
        )
        last = local_time(found["last"], "UTC") if found["last"] else "never"
        return f"{found['living']} open, last used: {last}"

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """`change_account` keeps the record, of changes through the API as well."""
