"""Users, their sessions, second factors and one-time codes."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.password_validation import validate_password
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from core.languages.words import language_choices
from core.postgres.clock import StatementTime
from users import account_log
from users.emails import LONGEST, normalize_email


class Role(models.TextChoices):
    """The role of an account: admins may do everything, owners run their theaters, users book."""

    ADMIN = "admin"
    OWNER = "owner"
    USER = "user"


class UserManager(BaseUserManager["User"]):
    """Creates users, always with a normalized address and a hashed password."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Creates a user, by default of role `user`; nobody can log in without a password."""
        user = self.model(email=normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Creates an admin for `manage.py createsuperuser`, with or without `--noinput`.

        Raises ValidationError for a password that is not good enough.
        """
        if password is not None:
            validate_password(password, self.model(email=normalize_email(email), **fields))
        user = self.create_user(email, password, role=Role.ADMIN, **fields)
        account_log.record("admin made", user_id=user.pk)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalize_email(username or ""))


class User(AbstractBaseUser):
    """A person with an e-mail address. A closed account is kept, anonymised, for accounting.

    A guest's address is made up, so that nobody can log in with it or write to it. Without a
    `language`, mails are in English.
    """

    email = models.EmailField(max_length=LONGEST, unique=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.USER)
    is_active = models.BooleanField(default=True)
    email_verified = models.BooleanField(default=False)
    language = models.CharField(
        max_length=5, blank=True, default="", db_default="", choices=language_choices
    )
    is_guest = models.BooleanField(default=False, db_default=False, editable=False)
    date_joined = models.DateTimeField(db_default=StatementTime())
    has_second_factor = models.BooleanField(db_default=False, editable=False)
    session_epoch = models.PositiveIntegerField(db_default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    # The roles of the user's memberships, where they were read with the user; None if not.
    member_roles: frozenset[str] | None = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_is_known"),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="user_email_is_normalized"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def name_in_mail(self) -> str:
        """Empty until the address is verified: the name may be a message from a stranger."""
        return self.name if self.email_verified else ""

    def save(self, *args: Any, **options: Any) -> None:
        """Saves, and ends every session if there is a new password, whoever set it."""
        has_new_password = self._password is not None and not self._state.adding  # type: ignore[attr-defined]
        with transaction.atomic():
            super().save(*args, **options)
            if has_new_password:
                Session.objects.end_all_of(self.pk)
                account_log.record("password changed", user_id=self.pk)

    def get_session_auth_hash(self) -> str:
        """Returns what a session of the admin must contain; it changes when all sessions end."""
        return salted_hmac(
            "users.session_epoch", f"{self.pk} {self.session_epoch}", algorithm="sha256"
        ).hexdigest()

    def may(self, action: str) -> bool:
        """Returns whether `theaters.policy`, found by a setting, allows the action somewhere."""
        return bool(import_string(settings.POLICY)(self, action))

    @property
    def is_staff(self) -> bool:
        """Whether they may use Django's admin."""
        return self.may("office")

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Returns whether they have one of Django's permissions, which we do not use: admins do."""
        return self.is_active and self.may("administer")

    def has_module_perms(self, app_label: str) -> bool:
        """Returns whether Django's admin shows an app at all; its pages ask the policy."""
        return self.is_active and self.is_staff


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self) -> "SessionQuerySet":
        """Returns those that have neither ended nor expired."""
        return self.filter(ended_at=None, expires_at__gt=StatementTime())

    def end_all_of(self, user_id: int) -> None:
        """Ends every session of the user at once: those of the API, with their access tokens, by
        their rows, and those of the admin by the epoch."""
        self.live().filter(user_id=user_id).update(ended_at=StatementTime())
        User.objects.filter(pk=user_id).update(session_epoch=F("session_epoch") + 1)
        account_log.record("all sessions ended", user_id=user_id)


class Session(models.Model):
    """One login: a chain of refresh tokens, of which only the newest `generation` works."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    address = models.CharField(max_length=45)
    device = models.CharField(max_length=40, db_default="")
    generation = models.PositiveIntegerField(default=0)
    rotated_at = models.DateTimeField(db_default=StatementTime())
    created_at = models.DateTimeField(db_default=StatementTime())
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)

    objects = SessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"session {self.pk} of user {self.user_id}"


class SecondFactor(models.Model):
    """The encrypted secret that a user shares with an authenticator app; required once confirmed.

    `last_step` is the newest time step whose code was used; recovery codes are stored as digests.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    secret = models.CharField(max_length=200)
    confirmed = models.BooleanField(default=False)
    last_step = models.BigIntegerField(default=0)
    recovery_codes = ArrayField(models.CharField(max_length=64), default=list)

    def __str__(self) -> str:
        return f"second factor of user {self.user_id}"


class Purpose(models.TextChoices):
    """What a one-time code may be used for."""

    VERIFY = "verify"
    RESET = "reset"


class OneTimeCode(models.Model):
    """A code mailed to a user for a purpose, stored as a keyed hash and deleted by its use.

    Everyone who asks gets a code of their own: `request` and `network` identify them, also as keyed
    hashes, and are empty if only the user can ask. Guesses by the asker, by others in the asker's
    network and from elsewhere are counted separately.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=6, choices=Purpose.choices)
    request = models.CharField(max_length=64, default="", db_default="")
    network = models.CharField(max_length=64, default="", db_default="")
    digest = models.CharField(max_length=64)
    guesses = models.PositiveSmallIntegerField(default=0)
    guesses_nearby = models.PositiveSmallIntegerField(default=0, db_default=0)
    guesses_elsewhere = models.PositiveSmallIntegerField(default=0, db_default=0)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose", "request"], name="code_newest_of_a_request"
            ),
            models.CheckConstraint(
                condition=Q(guesses__lte=5, guesses_nearby__lte=5, guesses_elsewhere__lte=5),
                name="code_five_guesses_each",
            ),
        ]

    def __str__(self) -> str:
        return f"code of user {self.user_id} to {self.purpose}"
