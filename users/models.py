"""Who acts: users with one of three roles, and the sessions they are logged in with."""

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

from core.postgres.clock import StatementTime
from users import account_log
from users.emails import LONGEST, normalize_email


class Role(models.TextChoices):
    """What somebody may do: admins everything, owners their theaters, users their bookings."""

    ADMIN = "admin"
    OWNER = "owner"
    USER = "user"


class UserManager(BaseUserManager["User"]):
    """Makes users, always with a normalized address and a hashed password."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user of role `user` unless told; without a password nobody can log in as them."""
        user = self.model(email=normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An admin, for `manage.py createsuperuser`, also where that asks nobody.

        Raises ValidationError for a password that is not good enough.
        """
        if password is not None:
            validate_password(password, self.model(email=normalize_email(email), **fields))
        user = self.create_user(email, password, role=Role.ADMIN, **fields)
        account_log.done("admin made", user_id=user.pk)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalize_email(username or ""))


class User(AbstractBaseUser):
    """A person known by their e-mail address. A closed account stays, anonymised, for the books."""

    email = models.EmailField(max_length=LONGEST, unique=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.USER)
    is_active = models.BooleanField(default=True)
    email_verified = models.BooleanField(default=False)
    date_joined = models.DateTimeField(db_default=StatementTime())
    has_second_factor = models.BooleanField(db_default=False, editable=False)
    session_epoch = models.PositiveIntegerField(db_default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

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
        """Empty until the address is known to be theirs: the name may be a stranger's message."""
        return self.name if self.email_verified else ""

    def save(self, *args: Any, **options: Any) -> None:
        """A new password ends every session, whoever sets it."""
        has_new_password = self._password is not None and not self._state.adding  # type: ignore[attr-defined]
        with transaction.atomic():
            super().save(*args, **options)
            if has_new_password:
                Session.objects.end_all_of(self.pk)
                account_log.done("password changed", user_id=self.pk)

    def get_session_auth_hash(self) -> str:
        """What a session of the admin must carry: another once all sessions have ended."""
        return salted_hmac(
            "users.session_epoch", f"{self.pk} {self.session_epoch}", algorithm="sha256"
        ).hexdigest()

    def may(self, action: str) -> bool:
        """Whether the policy lets them do it somewhere: see `theaters.policy`, which is above."""
        return bool(import_string(settings.POLICY)(self, action))

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets them in."""
        return self.may("office")

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's question for its own permissions, which are not ours: admins have all."""
        return self.is_active and self.may("administer")

    def has_module_perms(self, app_label: str) -> bool:
        """Whether an app is shown in Django's admin at all; its pages decide by role."""
        return self.is_active and self.is_staff


class SessionQuerySet(models.QuerySet["Session"]):
    def living(self) -> "SessionQuerySet":
        """Those that still let somebody in."""
        return self.filter(ended_at=None, expires_at__gt=StatementTime())

    def end_all_of(self, user_id: int) -> None:
        """Ends every session of the user at once: of the API by their rows, whose access tokens end
        with them, and of the admin by the epoch."""
        self.living().filter(user_id=user_id).update(ended_at=StatementTime())
        User.objects.filter(pk=user_id).update(session_epoch=F("session_epoch") + 1)
        account_log.done("all sessions ended", user_id=user_id)


class Session(models.Model):
    """One login: a family of refresh tokens, of which only the newest `generation` works."""

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
    """The secret that a user shares with an authenticator app, encrypted; it counts once confirmed.

    `last_step` is the newest time step whose code was taken; recovery codes are kept as digests.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    secret = models.CharField(max_length=200)
    confirmed = models.BooleanField(default=False)
    last_step = models.BigIntegerField(default=0)
    recovery_codes = ArrayField(models.CharField(max_length=64), default=list)

    def __str__(self) -> str:
        return f"second factor of user {self.user_id}"


class Purpose(models.TextChoices):
    """What a one-time code proves the holder of a mailbox may do."""

    VERIFY = "verify"
    RESET = "reset"


class OneTimeCode(models.Model):
    """A code mailed to a user for a purpose, as a keyed hash; deleted by its use.

    Whoever asks for one has their own: `request` and `network` say who, as keyed hashes too, and
    are empty where nobody but the user can ask. Guesses by the asker, by others of the asker's
    network and from elsewhere are counted apart.
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
