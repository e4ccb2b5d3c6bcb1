"""What the changelog has to say of a change."""

import re
from collections.abc import Iterable

from lab.contract.comparing import Change


def unlisted(found: Iterable[Change], changelog: str) -> list[Change]:
    """What is added without a line in the newest section."""
    newest = re.split(r"^## ", changelog, flags=re.MULTILINE)[1]
    named = set(re.findall(r"[\w-]+", " ".join(re.findall(r"`([^`]+)`", newest))))
    return [each for each in found if each.rule and each.name not in named]
