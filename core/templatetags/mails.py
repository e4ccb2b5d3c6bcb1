"""What the mails' templates need beyond Django."""

import re
from textwrap import fill

from django import template
from django.template import Context

register = template.Library()

LINKLIKE = re.compile(r"://|www\.|\w\.\w|@", re.IGNORECASE)
WIDTH = 76  # RFC 5322, 2.1.1, less what a quotation adds


@register.simple_tag(takes_context=True)
def say(context: Context, name: str, **values: object) -> str:
    """Return the words of the mail's language, with `values` and the context in their places.

    In the text of a mail, they become lines of 76 characters; what cannot be parted is longer.
    """
    known = {str(key): value for key, value in context.flatten().items()}
    words = str(context["words"](name, **known | values))
    if context.autoescape:
        return words
    return fill(words, WIDTH, break_long_words=False, break_on_hyphens=False)


@register.simple_tag(takes_context=True)
def greet(context: Context) -> str:
    """Return `Hello Alice,`, without the name if mail programs would make a link of it.

    Anybody can register with another's address: a name must not carry advertisements there.
    """
    name = str(context["name"])
    return say(context, "hello" if not name or LINKLIKE.search(name) else "hello_name")
