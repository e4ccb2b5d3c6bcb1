"""The views of privacy."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.failures import TooManyRequests
from core.openapi.documents import DocumentOutput
from core.openapi.schema import fails
from core.throttling import count
from privacy.exporting import EXPORT, export_of
from users.access import caller


@extend_schema(tags=["Accounts"])
class ExportView(APIView):
    """What is stored about whoever asks."""

    @extend_schema(operation_id="export_me", responses=DocumentOutput(EXPORT))
    @fails(TooManyRequests)
    def get(self, request: Request) -> Response:
        """All that is stored about you. Also about a guest, whose link leads here."""
        user = caller(request)
        count(limit="export_account", subject=str(user.pk))
        headers = {"Cache-Control": "private, no-store"}
        return Response(export_of(user), headers=headers)
