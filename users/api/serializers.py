"""Accounts as JSON."""

import unicodedata
from typing import Any

from rest_framework import serializers

from core.http.fields import OneOf, StrictBoolean, StrictText, Verbatim
from core.languages.words import LANGUAGES
from core.openapi.schema import example
from users import emails, tokens
from users import examples as shown
from users.access import caller
from users.codes import DIGITS, InvalidCode
from users.fields import EmailAddress
from users.models import Role, Session, User
from users.otp import OTP_LONGEST, clean_otp
from users.passwords import LONGEST, PasswordTooLong


class ReachableAddress(EmailAddress):
    """An address that mail can reach, for a new account."""

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        try:
            emails.require_reachable(value)
        except emails.Unreachable as failure:
            raise serializers.ValidationError(failure.detail, failure.code) from None


class PersonName(StrictText):
    """One line of at most 100 characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)


class Password(Verbatim):
    """A password, of which every character counts, blanks included."""

    default_error_messages = {
        PasswordTooLong.code: f"{PasswordTooLong.title}. {PasswordTooLong.remedy}"
    }
    too_long = PasswordTooLong.code

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, trim_whitespace=False, write_only=True, **kwargs)


class Code(Verbatim):
    """Six digits of any script, with or without blanks and dashes; anything else is refused without
    counting as a guess."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)

    def read(self, text: str) -> str:
        typed = [c for c in text if not c.isspace() and unicodedata.category(c) != "Pd"]
        if len(typed) != DIGITS or not all(map(str.isdecimal, typed)):
            raise serializers.ValidationError("A code has six digits.", InvalidCode.code)
        return "".join(str(unicodedata.decimal(c)) for c in typed)


@example(response=shown.VERIFIED)
class UserOutput(serializers.ModelSerializer[User]):
    """A user as they see themselves."""

    language = serializers.CharField(
        read_only=True, help_text="Of mails and tickets, such as `de`; empty: English."
    )

    is_guest = serializers.BooleanField(
        read_only=True, help_text="A guest's `email` and `name` are made up: do not show them."
    )

    class Meta:
        model = User
        fields = [
            "id",
            "email",
            "name",
            "role",
            "email_verified",
            "date_joined",
            "language",
            "is_guest",
        ]
        read_only_fields = fields


@example(response={"user": shown.VERIFIED})
class WhoOutput(serializers.Serializer[Any]):
    user = UserOutput(allow_null=True)


@example(response=shown.SESSION)
class SessionOutput(serializers.ModelSerializer[Session]):
    """One login, as its user sees it."""

    device = serializers.CharField(read_only=True, help_text="Such as `Firefox on Windows`.")
    last_used_at = serializers.DateTimeField(
        read_only=True, help_text="When its tokens were last refreshed."
    )
    current = serializers.SerializerMethodField(help_text="Whether this call belongs to it.")

    class Meta:
        model = Session
        fields = ["id", "device", "address", "created_at", "last_used_at", "expires_at", "current"]
        read_only_fields = fields

    def get_current(self, session: Session) -> bool:
        return bool(session.pk == self.context["request"].auth)


@example(response=shown.ACCOUNT)
class AccountOutput(UserOutput):
    """A user as admins see them."""

    class Meta(UserOutput.Meta):
        fields = [*UserOutput.Meta.fields, "is_active"]
        read_only_fields = fields


@example(request={"role": "owner"})
class AccountChangeInput(serializers.Serializer[Any]):
    role = serializers.ChoiceField(
        choices=Role.choices,
        required=False,
        error_messages={"invalid_choice": f"Choose one of: {', '.join(Role.values)}."},
    )
    is_active = StrictBoolean(required=False)


@example(request=shown.CUSTOMER | {"password": shown.PASSWORD})
class RegisterInput(serializers.Serializer[Any]):
    email = ReachableAddress()
    password = Password()
    name = PersonName()


class Otp(Verbatim):
    """What an authenticator app shows, or a recovery code; blanks and dashes are ignored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=OTP_LONGEST, **kwargs)

    def read(self, text: str) -> str:
        return clean_otp(text)


@example(request={"email": "alice@example.com", "password": shown.PASSWORD})
class LoginInput(serializers.Serializer[Any]):
    email = EmailAddress()
    password = Password()
    otp = Otp(required=False, help_text="For accounts with a second factor: see `otp_required`.")


@example(request={"otp": "284051"})
class OtpInput(serializers.Serializer[Any]):
    otp = Otp()


@example(request={"password": shown.PASSWORD, "otp": "284051"})
class SwitchOffInput(OtpInput):
    password = Password()


@example(response={"enabled": True, "required": False, "recovery_codes_left": 9})
class SecondFactorOutput(serializers.Serializer[Any]):
    enabled = serializers.BooleanField()
    required = serializers.BooleanField(  # type: ignore[assignment]
        help_text="Whether this server requires one before any other call."
    )
    recovery_codes_left = serializers.IntegerField()


@example(
    response={
        "secret": "JBSWY3DPEHPK3PXP",
        "uri": "otpauth://totp/MovieBooking:olga%40example.com?secret=JBSWY3DPEHPK3PXP",
        "qr": "<svg>…</svg>",
    }
)
class EnrolmentOutput(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="In Base32, to be typed if there is no camera.")
    uri = serializers.CharField(help_text="For an authenticator app on the same device.")
    qr = serializers.CharField(help_text="The URI as a QR code, in SVG.")


@example(response={"recovery_codes": ["7k3mq9xwrt", "x2nv8hgc4p"]})
class NewRecoveryCodesOutput(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(child=serializers.CharField())


@example(request={"refresh": shown.REFRESH})
class RefreshInput(serializers.Serializer[Any]):
    refresh = Verbatim(max_length=tokens.LONGEST)


@example(response=shown.TOKENS)
class TokensOutput(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


@example(response={"user": shown.ALICE, **shown.TOKENS})
class LoggedInOutput(TokensOutput):
    user = UserOutput()


@example(request={"email": "alice@example.com"})
class EmailInput(serializers.Serializer[Any]):
    email = EmailAddress()


@example(request={"code": "284051"})
class CodeInput(serializers.Serializer[Any]):
    code = Code()


@example(response={"user": shown.VERIFIED})
class VerifiedOutput(serializers.Serializer[Any]):
    user = UserOutput()


@example(
    request={
        "email": "alice@example.com",
        "code": "284051",
        "new_password": "another way home",
        "request": shown.REQUEST,
    }
)
class ResetInput(serializers.Serializer[Any]):
    email = EmailAddress()
    code = Code()
    new_password = Password()
    request = Verbatim(
        max_length=100,
        required=False,
        help_text="From the answer of `auth/password/forgot/` to the same client.",
    )


@example(request={"current_password": shown.PASSWORD, "new_password": "another way home"})
class ChangePasswordInput(serializers.Serializer[Any]):
    current_password = Password()
    new_password = Password()


@example(request={"name": "Alice Liddell", "language": "de"})
class RenameInput(serializers.Serializer[Any]):
    name = PersonName(required=False)
    language = OneOf(list(LANGUAGES), required=False)


@example(request={"password": shown.PASSWORD})
class CloseInput(serializers.Serializer[Any]):
    password = Password(required=False, help_text="Required, but for a guest.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "password" not in attrs and not caller(self.context["request"]).is_guest:
            message = serializers.Field.default_error_messages["required"]
            raise serializers.ValidationError({"password": message}, code="required")
        return attrs


@example(response={"detail": "If the address can use a code, one is on its way to it."})
class SentOutput(serializers.Serializer[Any]):
    detail = serializers.CharField()


@example(
    response={
        "detail": "If the address can use a code, one is on its way to it.",
        "request": shown.REQUEST,
    }
)
class AskedOutput(SentOutput):
    request = serializers.CharField(
        help_text="Opaque; `auth/password/reset/` tells your guesses from others' by it."
    )
