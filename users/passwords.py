"""The rules for passwords, and whether one is right."""

from django.contrib.auth.hashers import (
    check_password,
    get_hasher,
    identify_hasher,
    make_password,
)
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from core.failures import InvalidInput
from users.models import User

UNUSABLE = "!"
LONGEST = 128


class PasswordTooShort(InvalidInput):
    """The password has fewer than 10 characters."""

    code = "password_too_short"
    title = "The password is too short"
    remedy = "Use 10 to 128 characters, of any script; several words work well."
    example = {"field": "password"}


class PasswordTooLong(InvalidInput):
    """The password has more than 128 characters."""

    code = "password_too_long"
    title = "The password is too long"
    remedy = "Use 10 to 128 characters."
    example = {"field": "password"}


class PasswordTooCommon(InvalidInput):
    """The password is one of those that attackers try first."""

    code = "password_too_common"
    title = "The password is too common"
    remedy = "Use one that nobody else would think of; several words work well."
    example = {"field": "password"}


class PasswordEntirelyNumeric(InvalidInput):
    """The password has only digits."""

    code = "password_entirely_numeric"
    title = "The password has only digits"
    remedy = "Add letters or words."
    example = {"field": "password"}


class PasswordTooSimilar(InvalidInput):
    """The password resembles the e-mail address or the name."""

    code = "password_too_similar"
    title = "The password is too much like the e-mail address or the name"
    remedy = "Use one that cannot be guessed from who you are."
    example = {"field": "password"}


class MaximumLengthValidator:
    """At most `max_length` characters, for AUTH_PASSWORD_VALIDATORS."""

    def __init__(self, max_length: int) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return f"Your password must have at most {self.max_length} characters."


RULES: dict[str, type[InvalidInput]] = {
    rule.code: rule
    for rule in (
        PasswordTooShort,
        PasswordTooLong,
        PasswordTooCommon,
        PasswordEntirelyNumeric,
        PasswordTooSimilar,
    )
}


def require_good_password(password: str, *, user: User, field: str) -> None:
    """Raises the failure of the broken rule, or InvalidInput listing several.

    If it is too long, nothing else is checked: the time of comparing it grows with the square of
    its length.
    """
    if len(password) > LONGEST:
        raise PasswordTooLong(field=field)
    try:
        validate_password(password, user)
    except ValidationError as error:
        rows: list[dict[str, str | None]] = [
            {"field": field, "code": str(broken.code), "detail": " ".join(broken.messages)}
            for broken in error.error_list
        ]
        failure = RULES[str(rows[0]["code"])]() if len(rows) == 1 else InvalidInput()
        failure.errors = rows
        raise failure from None


def is_right(password: str, user: User | None) -> bool:
    """Returns whether the password is the user's; takes as long if there is no such user."""
    encoded = user.password if user is not None and user.is_active else UNUSABLE
    return check_password(password, encoded)


def renew_hash(password: str, user: User) -> None:
    """Hashes a correct password again if its hash was made with other parameters than today's.

    It stays the same password, so no session ends. A password changed in the meantime stays.
    """
    checked, hasher = user.password, get_hasher()
    if identify_hasher(checked) is hasher and not hasher.must_update(checked):
        return
    renewed = make_password(password)
    if User.objects.filter(pk=user.pk, password=checked).update(password=renewed):
        user.password = renewed
