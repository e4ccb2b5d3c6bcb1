"""The office's pages of who works in a theater, and of who is invited to."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString

from core.office.filters import OwnRows
from core.office.pages import Pages, ServiceForm, badge
from core.postgres.clock import local_time
from theaters import invitations, staff
from theaters.invitation_mails import INVITATIONS_LAST
from theaters.models import Invitation, Membership, Theater
from theaters.policy import GIVEN_BY, Action, may
from users.emails import normalize_email
from users.models import User

ROLES_HELP = (
    "Managers do everything but what is the owner's: accounts for payments, deleting the theater, "
    "other managers. Cashiers sell, and give back what the refund policy says. Those at the door "
    "scan tickets, and have no pages here."
)


class StaffTheaterFilter(OwnRows):
    """People of one theater."""

    rows = Theater


def _roles(user: User, theater: Theater | None = None) -> list[tuple[str, str]]:
    """Returns the roles that the user may give there, or anywhere, as choices, the least first."""
    return [
        (role.value, str(role.label)) for role, action in reversed(list(GIVEN_BY.items()))
        if may(user, action, theater)
    ]  # fmt: skip


class StaffPages(Pages):
    """What both kinds of pages share. The services write the log, at the theater."""

    zone_path = "theater__timezone"
    of_row: ClassVar[tuple[str, ...]] = ("theater",)
    list_filter = ("role", StaffTheaterFilter)
    ordering = ("theater__name", "id")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Returns whether the person may give, and so end, the row's role."""
        mine: Any = request.user
        return super().has_delete_permission(request, obj) and (
            obj is None or staff.may_give(mine, obj.role, obj.theater)
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Returns the rows with what their names need."""
        return super().get_queryset(request).select_related(*self.of_row)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return None

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Leads to the history of the theater, where all of this is."""
        row = self.get_object(request, object_id)
        if row is None:
            return super().history_view(request, object_id, extra_context)
        return redirect("admin:theaters_theater_history", row.theater_id)

    @admin.display(description="role", ordering="role")
    def role_badge(self, row: Membership | Invitation) -> SafeString:
        return badge(row.role)


class RoleForm(ServiceForm):
    """A member's role."""

    versioned = ("role",)
    role = forms.ChoiceField(help_text=ROLES_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = _roles(self.user, self.instance.theater)

    def perform(self) -> Membership:
        return staff.change_role(
            by=self.user, membership_id=self.instance.pk, role=self.cleaned_data["role"]
        )


@admin.register(Membership)
class MembershipPages(StaffPages):
    """Whoever works in a theater was invited; the owner's role stays."""

    takes = dict.fromkeys(("view", "add", "change", "delete"), Action.EMPLOY)
    heading = "Staff"
    form = RoleForm
    list_display = ("person", "address", "theater", "role_badge", "joined")
    of_row = ("user", "theater")
    search_fields = ("user__name", "user__email", "theater__name")
    fields = ("person", "address", "theater", "role", "joined")
    readonly_fields = ("person", "address", "theater", "joined")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        mine: Any = request.user
        return super().has_change_permission(request, obj) and (
            obj is None or staff.may_give(mine, obj.role, obj.theater)
        )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Leads to an invitation: nobody is made to work somewhere."""
        return redirect("admin:theaters_invitation_add")

    @admin.display(description="name", ordering="user__name")
    def person(self, member: Membership) -> str:
        return member.user.name

    @admin.display(description="e-mail address", ordering="user__email")
    def address(self, member: Membership) -> str:
        return member.user.email

    @admin.display(description="since", ordering="since")
    def joined(self, member: Membership) -> str:
        return local_time(member.since, member.theater.timezone)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        mine: Any = request.user
        staff.end_role(by=mine, membership_id=obj.pk)


class InvitationForm(ServiceForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="Whoever has it gets a mail with a link that works once, for "
        f"{INVITATIONS_LAST.days} days. Inviting somebody again makes it void.",
    )
    role = forms.ChoiceField(help_text=ROLES_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields.get("role")
        if role:
            role.choices = _roles(self.user)

    def clean_email(self) -> str:
        return normalize_email(self.cleaned_data["email"])

    def perform(self) -> Invitation:
        wish = self.cleaned_data
        return invitations.invite(
            by=self.user, theater_id=wish["theater"].pk, email=wish["email"], role=wish["role"]
        )


@admin.register(Invitation)
class InvitationPages(StaffPages):
    """Invitations that nobody has accepted yet; to change one, invite again."""

    takes = dict.fromkeys(("view", "add", "delete"), Action.EMPLOY)
    form = InvitationForm
    list_display = ("email", "theater", "role_badge", "until")
    search_fields = ("email", "theater__name")
    fields = ("theater", "email", "role")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Accepts only theaters for which the user employs people, whatever is sent."""
        mine = Theater.objects.where_may(request.user, Action.EMPLOY)
        kwargs |= {"queryset": mine, "initial": mine.first()}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="valid until", ordering="expires_at")
    def until(self, invitation: Invitation) -> str:
        return local_time(invitation.expires_at, invitation.theater.timezone)

    def delete_model(self, request: HttpRequest, obj: Invitation) -> None:
        mine: Any = request.user
        invitations.withdraw(by=mine, invitation_id=obj.pk)
