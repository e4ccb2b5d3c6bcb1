"""Who acts: users with one of three roles, and the sessions they are logged in with."""

import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from core.clock import StatementTime


def normalize_email(email: str) -> str:
    """One spelling per mailbox: Unicode NFKC, lower case, no surrounding space."""
    return unicodedata.normalize("NFKC", email).strip().lower()


class Role(models.TextChoices):
    """What somebody may do: admins everything, owners their theaters, users their bookings."""

    ADMIN = "admin"
    OWNER = "owner"
    USER = "user"


class UserManager(BaseUserManager["User"]):
    """Makes users, always with a normalized address and a hashed password."""

    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """A user of role `user` unless told; without a password nobody can log in as them."""
        user = self.model(email=normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """An admin, for `manage.py createsuperuser`."""
        return self.create_user(email, password, role=Role.ADMIN, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalize_email(username or ""))


class User(AbstractBaseUser):
    """A person known by their e-mail address. A closed account stays, anonymised, for the books."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=5, choices=Role.choices, default=Role.USER)
    is_active = models.BooleanField(default=True)
    email_verified = models.BooleanField(default=False)
    date_joined = models.DateTimeField(db_default=StatementTime())

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="user_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets them in."""
        return self.role in {Role.ADMIN, Role.OWNER}


class Session(models.Model):
    """One login: a family of refresh tokens, of which only the newest `generation` works."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    generation = models.PositiveIntegerField(default=0)
    rotated_at = models.DateTimeField(db_default=StatementTime())
    created_at = models.DateTimeField(db_default=StatementTime())
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"session {self.pk} of user {self.user_id}"
