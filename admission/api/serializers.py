"""Scans as devices send them."""

from typing import Any

from rest_framework import serializers

from admission.documents import ADMITTED, RESULTS
from core.http.fields import Id, ListOf, Moment, OneOf, Verbatim
from core.openapi.schema import example

SCANNED = {"code": "9f2c4e7ab1d84c5ea6f03b7d2e918c45", "show": 42, "nonce": "7c1f0a52"}
DECIDED = {**SCANNED, "at": "2026-12-31T18:58:03Z", "result": ADMITTED}
MOST = 500


@example(request=SCANNED)
class ScanInput(serializers.Serializer[Any]):
    code = Verbatim(max_length=200, help_text="What the QR code says, or a ticket's `code`.")
    show = Id(help_text="The show for which people come in here.")
    nonce = Verbatim(
        max_length=64, help_text="New for each scan, and the same when it is sent again."
    )


@example(request=DECIDED)
class DecidedScanInput(ScanInput):
    at = Moment(help_text="When the device scanned; without an offset in UTC.")
    result = OneOf(RESULTS)


@example(request={"scans": [DECIDED]})
class ScanBatchInput(serializers.Serializer[Any]):
    scans = ListOf(child=DecidedScanInput(), max_length=MOST)
