"""The views of the door."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from admission.api.serializers import ScanBatchInput, ScanInput
from admission.codes import UnknownTicket
from admission.documents import BATCH, SCAN
from admission.door import DOOR, list_door
from admission.offline import record_scans
from admission.scanning import NonceReused, scan_ticket
from core.failures import DoesNotExist, InvalidInput
from core.http.fields import read
from core.openapi.documents import DocumentOutput
from core.openapi.schema import fails
from theaters.policy import Action
from users.access import IsAllowed, caller


class DoorView(APIView):
    """For those who may admit people somewhere."""

    takes = Action.ADMIT
    permission_classes = [IsAllowed]


@extend_schema(tags=["Running a theater"])
class ScanView(DoorView):
    @extend_schema(operation_id="scan_ticket", request=ScanInput, responses=DocumentOutput(SCAN))
    @fails(DoesNotExist, UnknownTicket, NonceReused)
    def post(self, request: Request) -> Response:
        """Scan a ticket. Who is admitted is so once: the same ticket is then `already_used`.
        Send a scan whose answer was lost again with its nonce, to get the same answer."""
        wish = read(ScanInput, request)
        answer = scan_ticket(
            user=caller(request), code=wish["code"], show_id=wish["show"], nonce=wish["nonce"]
        )
        return Response(answer)


@extend_schema(tags=["Running a theater"])
class ScanBatchView(DoorView):
    @extend_schema(
        operation_id="record_scans", request=ScanBatchInput, responses=DocumentOutput(BATCH)
    )
    def post(self, request: Request) -> Response:
        """Record scans that were decided offline. By devices without network. None is refused,
        since people are in: what contradicts one is its `conflict`. Send all again if the answer
        was lost."""
        wish = read(ScanBatchInput, request)
        return Response({"scans": record_scans(user=caller(request), scans=wish["scans"])})


@extend_schema(tags=["Running a theater"])
class DoorListView(DoorView):
    @extend_schema(
        operation_id="get_door",
        parameters=[
            OpenApiParameter(
                "since",
                {"type": "string", "maxLength": 18, "pattern": "^[0-9]+$"},
                description="The `cursor` of an earlier list: what has changed since.",
            )
        ],
        responses=DocumentOutput(DOOR),
    )
    @fails(InvalidInput)
    def get(self, request: Request, pk: int) -> Response:
        """Who may come in. For a device that may lose its network: hashes of the tickets' codes,
        and the keys with which their QR codes are signed."""
        since = request.query_params.get("since")
        return Response(list_door(user=caller(request), show_id=pk, since=since))
