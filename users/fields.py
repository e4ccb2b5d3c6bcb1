"""Fields of bodies for everything that the apps above have in common with accounts."""

from typing import Any

from django.core.validators import EmailValidator

from core.http.fields import Verbatim
from users import emails


class EmailAddress(Verbatim):
    """An e-mail address, normalized before it is validated."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=emails.LONGEST, **kwargs)
        self.validators.append(EmailValidator())

    def shape(self, direction: str) -> dict[str, Any]:
        kind = {"pattern": "^(.+@.+)?$"} if self.allow_blank else {"format": "email"}
        return {"type": "string", **kind, "maxLength": self.max_length}

    def read(self, text: str) -> str:
        return emails.normalize_email(text)
