"""Accounts with payment providers as owners send and see them; secrets are only sent."""

from typing import Any

from rest_framework import serializers

from core.http.fields import IdOf, Shaped, StrictBoolean, Verbatim
from core.openapi.schema import example
from payments.connecting import missing_in, secrets_in, webhook_of
from payments.models import ProviderAccount
from theaters.models import Theater

MOST = 20
NEW_ACCOUNT: dict[str, Any] = {
    "provider": "stripe",
    "settings": {"publishable_key": "pk_live_a1b2c3d4e5f6"},
    "secrets": {"secret_key": "sk_live_a1b2c3d4e5f6"},
}
ACCOUNT: dict[str, Any] = {
    "id": 4,
    "theater": 3,
    "provider": "stripe",
    "settings": {"publishable_key": "pk_live_a1b2c3d4e5f6"},
    "has_secrets": ["secret_key"],
    "missing": ["webhook_secret"],
    "is_test": False,
    "is_active": False,
    "webhook": "https://tickets.example.com/api/v1/payments/stripe/"
    "5d1f0c3e9b7a4c62a8e4f1d20b6c7e95/webhook/",
    "created_at": "2026-12-31T17:03:27Z",
}


class Texts(Shaped, serializers.DictField):
    """Short texts by name."""

    default_error_messages = {
        "not_a_dict": "Write an object with texts.",
        "max_length": "Write at most {most} of them.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=Verbatim(max_length=300, allow_blank=True), **kwargs)

    def shape(self, direction: str) -> dict[str, Any]:
        each: dict[str, Any] = {"type": "string", "maxLength": 300}
        return {"type": "object", "additionalProperties": each, "maxProperties": MOST}

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if isinstance(data, dict) and len(data) > MOST:
            self.fail("max_length", most=MOST)
        if isinstance(data, dict) and any(len(name) > 40 for name in data):
            self.fail("not_a_dict")
        texts: dict[str, str] = super().to_internal_value(data)
        return texts


@example(request=NEW_ACCOUNT)
class NewAccountInput(serializers.Serializer[Any]):
    """An account to be connected. What you do not have yet may follow."""

    provider = Verbatim(max_length=20, help_text="Such as `stripe`.")
    settings = Texts(required=False)
    secrets = Texts(required=False, help_text="They are stored encrypted and never shown.")


@example(
    request={"secrets": {"webhook_secret": "whsec_a1b2c3d4e5f6"}},
    change={"secrets": {"webhook_secret": "whsec_a1b2c3d4e5f6"}},
    response=ACCOUNT,
)
class ProviderAccountSerializer(serializers.ModelSerializer[ProviderAccount]):
    """A theater's account with a payment provider.

    An account takes the theater's money as soon as nothing is `missing`, in place of the one that
    the theater had with this provider.
    """

    theater = IdOf(Theater.objects.none(), read_only=True)
    provider = serializers.CharField(read_only=True)
    settings = Texts(required=False, help_text="An empty text removes one.")
    secrets = Texts(
        required=False, write_only=True, help_text="They are stored encrypted and never shown."
    )
    has_secrets = serializers.SerializerMethodField(help_text="Names of the secrets it has.")
    missing = serializers.SerializerMethodField(help_text="Names of what it still needs.")
    is_test = serializers.BooleanField(
        read_only=True, help_text="Whether its keys are of the provider's test mode: no real money."
    )
    is_active = StrictBoolean(
        required=False, help_text="Whether new payments go to it. Refunds of its own always do."
    )
    webhook = serializers.SerializerMethodField(
        help_text="The address to paste at the provider, for events about payments."
    )
    created_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = ProviderAccount
        fields = [*list(ACCOUNT)[:4], "secrets", *list(ACCOUNT)[4:]]

    def get_has_secrets(self, account: ProviderAccount) -> list[str]:
        return secrets_in(account)

    def get_missing(self, account: ProviderAccount) -> list[str]:
        return missing_in(account)

    def get_webhook(self, account: ProviderAccount) -> str:
        return webhook_of(account)
