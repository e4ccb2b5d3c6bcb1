"""What is attached to a mail."""

from email import encoders
from email.message import EmailMessage
from email.mime.nonmultipart import MIMENonMultipart
from typing import NamedTuple


class File(NamedTuple):
    """A file of a mail. Its media type may have parameters, as `text/calendar; method=CANCEL`."""

    name: str
    content: bytes
    media_type: str


def part_of(file: File) -> MIMENonMultipart:
    """Returns the part of a mail that is the file."""
    header = EmailMessage()
    header["Content-Type"] = file.media_type
    kind = header["Content-Type"]
    part = MIMENonMultipart(kind.maintype, kind.subtype, **kind.params)
    part.set_payload(file.content)
    encoders.encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=file.name)
    return part
