"""The admin's pages of accounts with payment providers, whose secrets are typed and never shown."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.office.fields import Text
from core.office.filters import OwnRows
from core.office.pages import Pages, ServiceForm, badge
from payments.connecting import (
    change_account,
    connect_account,
    missing_in,
    providers,
    secrets_in,
    webhook_of,
)
from payments.models import ProviderAccount
from payments.providers.base import Field
from theaters.models import Theater
from theaters.policy import Action

NO_REAL_MONEY = "test"
NEXT = "Save it first: then you can fill in its keys, and see the address of its webhook."


class AccountTheaterFilter(OwnRows):
    """Accounts of one theater."""

    rows = Theater


class AccountForm(ServiceForm):
    """A new account is of a theater and a provider; after that, it asks for what that one needs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "provider" in self.fields:
            choices = [(name, kind.label) for name, kind in providers().items()]
            self.fields["provider"] = forms.ChoiceField(choices=choices, help_text=NEXT)
        for name, field in _fields(self.instance).items():
            self.fields[name] = _asked(field, self.instance)

    def perform(self) -> ProviderAccount:
        account: ProviderAccount = self.instance
        if not account.pk:
            fields = self.fields_of_row
            return connect_account(theater_id=fields["theater"].pk, provider=fields["provider"])
        changes: dict[str, Any] = {"settings": {}, "secrets": {}}
        for name, field in _fields(account).items():
            if name in self.changed_data:
                part = "secrets" if field.is_secret else "settings"
                changes[part][field.name] = self.cleaned_data[name]
        if "is_active" in self.changed_data:
            changes["is_active"] = self.cleaned_data["is_active"]
        return change_account(account=account, changes=changes, expected=self.expected)

    def _field(self, path: str) -> str | None:
        name = f"key_{path.partition('.')[2]}"
        return name if name in self.fields else super()._field(path)


def _fields(account: ProviderAccount) -> dict[str, Field]:
    """Returns what the account's provider needs, by the name of the field in the form."""
    kind = providers().get(account.provider) if account.pk else None
    return {f"key_{field.name}": field for field in kind.fields} if kind else {}


def _asked(field: Field, account: ProviderAccount) -> forms.Field:
    """Returns a field for it; a secret is asked for again, and never shown."""
    if not field.is_secret:
        initial = account.settings.get(field.name, "")
        return Text(
            label=field.label, max_length=300, required=False, initial=initial, help_text=field.hint
        )
    is_there = field.name in secrets_in(account)
    hint = "It is stored; leave this empty to keep it." if is_there else field.hint
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
    return Text(label=field.label, max_length=300, required=False, widget=widget, help_text=hint)


@admin.register(ProviderAccount)
class AccountPages(Pages):
    """Accounts stay, for refunds of what was paid to them; one that is not active gets no more."""

    takes = {"view": Action.OWN, "add": Action.OWN, "change": Action.OWN}
    heading = "Payment accounts"
    zone_path = "theater__timezone"
    form = AccountForm
    list_display = ("provider", "theater", "mode", "is_active", "needs")
    list_filter = ("is_test", "is_active", AccountTheaterFilter)
    list_select_related = ("theater",)
    search_fields = ("provider", "theater__name")
    ordering = ("-id",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["theater", "provider"]
        return ["theater", "provider", "mode", "webhook", "needs", "is_active"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        keys = list(_fields(obj)) if obj else []
        fieldsets = [(None, {"fields": self.get_fields(request, obj)})]
        return [*fieldsets, ("Keys", {"fields": keys})] if keys else fieldsets

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        names = ["theater", "provider"] if obj is None else ["is_active"]
        return super().get_form(request, obj, *args, **{**kwargs, "fields": names})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("theater", "provider", "mode", "webhook", "needs") if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Accepts only theaters that the user runs, whatever is sent."""
        kwargs["queryset"] = Theater.objects.where_may(request.user, Action.OWN)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="mode", ordering="is_test")
    def mode(self, account: ProviderAccount) -> SafeString | str:
        return badge(NO_REAL_MONEY) if account.is_test else "real money"

    @admin.display(description="needs")
    def needs(self, account: ProviderAccount) -> str:
        known = account.provider in providers()
        labels = {name[4:]: field.label for name, field in _fields(account).items()}
        missing = missing_in(account) if known else []
        return ", ".join(labels.get(name, name) for name in missing) or "–"

    @admin.display(description="webhook")
    def webhook(self, account: ProviderAccount) -> SafeString:
        return format_html("<code>{}</code>", webhook_of(account))
