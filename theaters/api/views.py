"""The views of theaters and screens: anybody may read, their owner and admins may write."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.failures import DoesNotExist, InUse
from core.http.fields import read
from core.http.public_reads import PublicListView
from core.http.versions import VersionedView, expected_by, with_etag
from core.openapi.schema import fails
from core.versions import PreconditionFailed
from theaters import payment_settings, services
from theaters.api.filters import FILTERS
from theaters.api.serializers import (
    AdminTheaterSerializer,
    PaymentSettingsSerializer,
    ScreenSerializer,
    TheaterSerializer,
)
from theaters.currencies import NotWhole
from theaters.layout import InvalidLayout
from theaters.models import Screen, ScreenQuerySet, Theater
from theaters.policy import Action, may
from users.access import IsAllowed, IsAllowedOrReadOnly, ManagedObjectsMixin, caller

BAD_THEATER = (
    DoesNotExist,
    services.UnknownTimezone,
    services.UnknownCurrency,
)
BAD_SCREEN = (InvalidLayout, services.NameTaken)
RUNNING = ["Running a theater"]


class BaseTheaterView(ManagedObjectsMixin, generics.GenericAPIView[Theater]):
    """What all views of theaters share."""

    queryset = Theater.objects.all()
    permission_classes = [IsAllowedOrReadOnly]
    serializer_class = TheaterSerializer

    def get_serializer_class(self) -> type[BaseSerializer[Theater]]:
        is_reading = self.request.method in SAFE_METHODS or hasattr(self, "swagger_fake_view")
        may_hand_over = not is_reading and may(caller(self.request), Action.HAND_OVER)
        return AdminTheaterSerializer if may_hand_over else TheaterSerializer


@extend_schema_view(
    get=extend_schema(
        operation_id="list_theaters",
        summary="Find theaters",
        tags=["Theaters"],
        description="By name, unless told otherwise.",
    ),
    post=extend_schema(
        operation_id="open_theater",
        summary="Open a theater",
        tags=RUNNING,
        request=AdminTheaterSerializer,
        responses={201: TheaterSerializer},
        description="It gets one screen, `Screen 1`, of 10 × 10 seats.",
    ),
)
class TheaterListView(BaseTheaterView, PublicListView):
    takes = Action.OPEN
    filters = FILTERS
    ordering_fields = ["name", "city", "id"]

    @fails(*BAD_THEATER)
    def post(self, request: Request) -> Response:
        fields = {"owner": caller(request)} | read(self.get_serializer_class(), request)
        theater = services.open_theater(**fields)
        return Response(self.get_serializer(theater).data, status=201)


@extend_schema_view(
    get=extend_schema(
        operation_id="get_theater",
        summary="One theater",
        tags=["Theaters"],
        description="Its shows are at `GET shows/?theater=`.",
    ),
    patch=extend_schema(
        operation_id="change_theater",
        summary="Change a theater",
        tags=RUNNING,
        request=AdminTheaterSerializer(partial=True),
        responses=TheaterSerializer,
        description="Its time zone and currency are fixed once it has shows (409 `in_use`).",
    ),
    delete=extend_schema(
        operation_id="delete_theater",
        summary="Delete a theater that has no shows",
        tags=RUNNING,
        description="Its screens are deleted, too.",
    ),
)
class TheaterView(BaseTheaterView, VersionedView):
    @property
    def takes(self) -> Action:
        """What changing it takes, or deleting it."""
        return Action.OWN if self.request.method == "DELETE" else Action.RUN

    @fails(*BAD_THEATER, InUse, PreconditionFailed)
    def patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.partial_update(request, *args, **kwargs)

    @fails(InUse, PreconditionFailed)
    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.destroy(request, *args, **kwargs)

    def change(self, row: Theater, changes: dict[str, Any]) -> Theater:
        return services.change_theater(
            theater_id=row.pk, changes=changes, expected=expected_by(self.request)
        )

    def perform_destroy(self, instance: Theater) -> None:
        services.delete_theater(theater_id=instance.pk, expected=expected_by(self.request))


@extend_schema(tags=RUNNING)
class PaymentSettingsView(generics.GenericAPIView[Theater]):
    takes = Action.RUN
    queryset = Theater.objects.all()
    serializer_class = PaymentSettingsSerializer
    permission_classes = [IsAllowed]

    def get_queryset(self) -> QuerySet[Theater]:
        if getattr(self, "swagger_fake_view", False):
            return Theater.objects.none()
        return Theater.objects.where_may(caller(self.request), self.takes)

    @extend_schema(operation_id="get_payment_settings")
    def get(self, request: Request, pk: int) -> Response:
        """How one of your theaters sells. The `ETag` is that of the theater."""
        return self.answer(self.get_object())

    @extend_schema(
        operation_id="change_payment_settings", request=PaymentSettingsSerializer(partial=True)
    )
    @fails(
        payment_settings.SellerIncomplete,
        payment_settings.NoProviderAccount,
        payment_settings.StepsOverlap,
        NotWhole,
        PreconditionFailed,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change how a theater sells. What is booked already keeps its prices, its deadline and the
        version of the terms; cancelling follows the policy of the day on which it is done."""
        theater = self.get_object()
        changes = read(PaymentSettingsSerializer, request, row=theater)
        changed = payment_settings.change_payment_settings(
            theater_id=theater.pk, changes=changes, expected=expected_by(request)
        )
        return self.answer(changed)

    def answer(self, theater: Theater) -> Response:
        return with_etag(Response(self.get_serializer(theater).data), theater)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_screens",
        summary="The screens of a theater",
        tags=["Screens"],
        description="By name, unless told otherwise.",
    ),
    post=extend_schema(
        operation_id="add_screen",
        summary="Add a screen",
        tags=RUNNING,
        responses={201: ScreenSerializer},
        description="10 × 10 unless `rows` and `columns` or a `layout` say otherwise.",
    ),
)
class ScreenListView(PublicListView):
    takes = Action.RUN
    serializer_class = ScreenSerializer
    permission_classes = [IsAllowedOrReadOnly]
    ordering_fields = ["name", "id"]

    def get_theater(self) -> Theater:
        theaters = Theater.objects.all()
        if self.request.method == "POST":
            theaters = theaters.where_may(caller(self.request), self.takes)
        return get_object_or_404(theaters, pk=self.kwargs["theater"])

    def get_queryset(self) -> ScreenQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Screen.objects.none()
        return Screen.objects.filter(theater=self.get_theater())

    @fails(*BAD_SCREEN)
    def post(self, request: Request, theater: int) -> Response:
        self.get_theater()
        screen = services.add_screen(theater_id=theater, **read(ScreenSerializer, request))
        return Response(self.get_serializer(screen).data, status=201)


@extend_schema_view(
    get=extend_schema(
        operation_id="get_screen",
        summary="One screen",
        tags=["Screens"],
        description="The layout that new shows get; a show keeps the one it was made with.",
    ),
    patch=extend_schema(
        operation_id="change_screen",
        summary="Change a screen",
        tags=RUNNING,
        description="`rows` and `columns` of another size replace the layout with a plain grid. "
        "Existing shows keep their seats.",
    ),
    delete=extend_schema(
        operation_id="delete_screen",
        summary="Delete a screen that has no shows",
        tags=RUNNING,
    ),
)
class ScreenView(ManagedObjectsMixin, VersionedView):
    takes = Action.RUN
    queryset = Screen.objects.all()
    serializer_class = ScreenSerializer
    permission_classes = [IsAllowedOrReadOnly]

    @fails(*BAD_SCREEN, PreconditionFailed)
    def patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.partial_update(request, *args, **kwargs)

    @fails(InUse, PreconditionFailed)
    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.destroy(request, *args, **kwargs)

    def change(self, row: Screen, changes: dict[str, Any]) -> Screen:
        return services.change_screen(
            screen=row, changes=changes, expected=expected_by(self.request)
        )

    def perform_destroy(self, instance: Screen) -> None:
        services.delete_screen(screen=instance, expected=expected_by(self.request))
