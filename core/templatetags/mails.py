"""What the mails' templates need beyond Django."""

import re

from django import template

register = template.Library()

LINKLIKE = re.compile(r"://|www\.|\w\.\w|@", re.IGNORECASE)


@register.filter
def greeting(name: str) -> str:
    """Return `Hello Alice,`, without the name if mail programs would make a link of it.

    Anybody can register with another's address: a name must not carry advertisements there.
    """
    return "Hello," if not name or LINKLIKE.search(name) else f"Hello {name},"
