"""Accounts as JSON."""

from typing import Any

from django.core.validators import EmailValidator
from rest_framework import serializers

from core.fields import StrictBoolean, StrictText
from users.models import Role, User, normalize_email


class EmailAddress(StrictText):
    """An e-mail address, normalized before it is judged."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)
        self.validators.append(EmailValidator())

    def to_internal_value(self, data: Any) -> str:
        return normalize_email(super().to_internal_value(data))


class PersonName(StrictText):
    """One line of at most 100 characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return " ".join(super().to_internal_value(data).split())


class Password(StrictText):
    """A password, every character of which counts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, write_only=True, **kwargs)


class UserSerializer(serializers.ModelSerializer[User]):
    """A user as they see themselves."""

    class Meta:
        model = User
        fields = ["id", "email", "name", "role", "email_verified", "date_joined"]
        read_only_fields = fields


class AccountSerializer(UserSerializer):
    """A user as admins see them."""

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "is_active"]
        read_only_fields = fields


class AccountChangeSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Role.choices, required=False)
    is_active = StrictBoolean(required=False)


class RegisterSerializer(serializers.Serializer[Any]):
    email = EmailAddress()
    password = Password()
    name = PersonName()


class LoginSerializer(serializers.Serializer[Any]):
    email = EmailAddress()
    password = Password()


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = StrictText()


class TokensSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


class LoggedInSerializer(TokensSerializer):
    user = UserSerializer()


class EmailSerializer(serializers.Serializer[Any]):
    email = EmailAddress()


class CodeSerializer(serializers.Serializer[Any]):
    code = StrictText(max_length=100)


class VerifiedSerializer(serializers.Serializer[Any]):
    user = UserSerializer()


class ResetSerializer(serializers.Serializer[Any]):
    email = EmailAddress()
    code = StrictText(max_length=100)
    new_password = Password()


class ChangePasswordSerializer(serializers.Serializer[Any]):
    current_password = Password()
    new_password = Password()


class RenameSerializer(serializers.Serializer[Any]):
    name = PersonName(required=False)


class CloseSerializer(serializers.Serializer[Any]):
    password = Password()


class SentSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField()
