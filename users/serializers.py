"""Accounts as JSON."""

from typing import Any

from django.core.validators import EmailValidator
from rest_framework import serializers

from core.fields import StrictText
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
    """A user as they see themselves; they may change their name."""

    name = PersonName()

    class Meta:
        model = User
        fields = ["id", "email", "name", "role", "email_verified", "date_joined"]
        read_only_fields = ["email", "role", "email_verified", "date_joined"]


class AccountSerializer(UserSerializer):
    """A user as admins see them."""

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "is_active"]


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
