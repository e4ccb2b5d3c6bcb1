"""The admin's pages of bookings: finding and cancelling them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bookings.cancelling import cancel_booking, quote_refund
from bookings.models import Booking, Ticket
from core.failures import Failure
from core.office.additions import Tool
from core.office.filters import OwnRows, PastNewestFirst, When
from core.office.pages import ReadOnly, Step, badge, count_of, may, page_of
from core.postgres.clock import local_time
from core.postgres.words import with_words
from theaters.currencies import amount
from theaters.models import Theater
from theaters.policy import Action
from users.models import User


class BookingTheaterFilter(OwnRows):
    """Bookings in one theater."""

    rows = Theater
    path = "show__screen__theater"


class BookingWhen(When):
    """Bookings of shows that are not over, unless others are asked for."""

    title = "show"
    path = "show__ends_at"


class TicketInline(admin.TabularInline):  # type: ignore[type-arg]
    """The tickets of a booking, without their codes, which admit whoever has them."""

    model = Ticket
    fields = ("place", "category", "cost", "state")
    readonly_fields = fields
    extra = max_num = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Returns True: whoever sees the booking may see its tickets."""
        return True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("booking__show__screen__theater")

    @admin.display(description="seat")
    def place(self, ticket: Ticket) -> str:
        return ticket.label

    @admin.display(description="price")
    def cost(self, ticket: Ticket) -> str:
        return amount(ticket.price, ticket.booking.show.screen.theater.currency)

    @admin.display(description="status")
    def state(self, ticket: Ticket) -> SafeString:
        return badge(ticket.status)


@admin.register(Booking)
class BookingPages(PastNewestFirst, ReadOnly):
    """Bookings are made by customers; here they can be found, and cancelled for them."""

    takes = {"view": Action.SELL}
    list_display = (
        "reference", "customer", "movie", "starts", "screen", "seats", "cost", "state",
    )  # fmt: skip
    list_filter = (BookingWhen, "status", BookingTheaterFilter)
    list_select_related = ("user", "show__movie", "show__screen__theater")
    search_fields = ("reference", "user__email", "user__name")
    search_help_text = "Reference, ticket code, e-mail address or name"
    date_hierarchy = "show__local_date"
    newest_first = ("-show__starts_at", "-id")
    zone_path = "show__screen__theater__timezone"
    linked_by = ("show__id__exact", "voucher__id__exact")
    fields = (
        "reference", "state", "customer", "show_page", "starts", "screen", "cost", "made",
        "cancelled",
    )  # fmt: skip
    readonly_fields = (*fields, "movie")
    inlines = (TicketInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        bookings: QuerySet[Any] = super().get_queryset(request)
        bookings = self.annotated(bookings.select_related(*self.list_select_related))
        return bookings.annotate(seat_count=count_of(Ticket.objects.all(), "booking"))  # type: ignore[no-any-return]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Returns the fields; the show is a link only for those who have a page of it."""
        if may(request, Action.SCHEDULE):
            return self.fields
        return tuple("movie" if name == "show_page" else name for name in self.fields)

    def find(self, request: HttpRequest, rows: Any, term: str) -> QuerySet[Any]:
        """Finds a booking by its reference or a ticket's code, whatever the filters say, else
        bookings by their customers.

        Customers are searched first: they are far fewer rows than bookings with all their joins.
        """
        code = term.replace(" ", "")
        by_reference = Booking.objects.filter(reference=code.upper()).values_list("pk")
        by_ticket = Ticket.objects.filter(code=code.lower()).values_list("booking")
        if found := [pk for (pk,) in by_reference.union(by_ticket)]:
            return self.get_queryset(request).filter(pk__in=found)
        customers = with_words(User.objects.all(), term, ("name", "email"))
        return rows.filter(user__in=customers)  # type: ignore[no-any-return]

    @admin.display(description="movie", ordering="show__movie__title")
    def movie(self, booking: Booking) -> str:
        return booking.show.movie.title

    @admin.display(description="show")
    def show_page(self, booking: Booking) -> SafeString:
        return format_html('<a href="{}">{}</a>', page_of(booking.show), booking.show.movie)

    @admin.display(description="starts", ordering="show__starts_at")
    def starts(self, booking: Booking) -> str:
        return self._local(booking, booking.show.starts_at)

    @admin.display(description="screen")
    def screen(self, booking: Booking) -> str:
        return str(booking.show.screen)

    @admin.display(description="customer", ordering="user__name")
    def customer(self, booking: Booking) -> str:
        if booking.user is None:
            return "at the counter"
        return f"{booking.user.name} <{booking.user.email}>"

    @admin.display(description="seats")
    def seats(self, booking: Any) -> int:
        return booking.seat_count  # type: ignore[no-any-return]

    @admin.display(description="total", ordering="total")
    def cost(self, booking: Booking) -> str:
        return amount(booking.total, booking.show.screen.theater.currency)

    @admin.display(description="status", ordering="status")
    def state(self, booking: Booking) -> SafeString:
        return self.badges(booking, booking.status)

    @admin.display(description="booked", ordering="id")
    def made(self, booking: Booking) -> str:
        return self._local(booking, booking.created_at)

    @admin.display(description="cancelled")
    def cancelled(self, booking: Booking) -> str:
        return self._local(booking, booking.cancelled_at) if booking.cancelled_at else "–"

    def _local(self, booking: Booking, moment: Any) -> str:
        return local_time(moment, booking.show.screen.theater.timezone)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.cancel)
        return [path("<int:pk>/cancel/", view, name="bookings_booking_cancel"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        booking = self.get_object(request, object_id)
        tools = self.tools(request, booking) if booking else []
        return super().change_view(request, object_id, form_url, {"tools": tools})

    def tools(self, request: HttpRequest, row: Booking) -> list[Tool]:
        if row.cancelled_at:
            return super().tools(request, row)
        address = reverse("admin:bookings_booking_cancel", args=[row.pk])
        return [Tool("Cancel this booking", address), *super().tools(request, row)]

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancels the whole booking for the customer, who gets a mail."""
        booking = self.own(request, pk)

        def act(data: Mapping[str, Any]) -> str:
            cancel_booking(
                user=request.user,  # type: ignore[arg-type]
                reference=booking.reference,
                refund=data["refund"],
            )
            return f"Booking {booking.reference} was cancelled."

        what = f"{booking.seat_count} seats of {booking.show.movie}, {self.starts(booking)}"
        sentences = [
            f"{self.customer(booking)}: {what}.",
            "Its seats are free at once, and the customer gets a mail. This cannot be undone.",
        ]
        told, refund = self._gives_back(request, booking)
        title = f"Cancel booking {booking.reference}?"
        step = Step(title, [*sentences, *told], "Cancel the booking", act, _form_expecting(refund))
        return self.ask(request, booking, step)

    def _gives_back(self, request: HttpRequest, booking: Booking) -> tuple[list[str], str]:
        """Returns what cancelling gives back, or why it is refused, and the sum."""
        try:
            quote = quote_refund(user=request.user, reference=booking.reference)  # type: ignore[arg-type]
        except Failure as failure:
            return [failure.detail], ""
        if quote["total"] == quote["kept"] == "0.00":
            return ["Nothing was paid, so nothing goes back."], quote["total"]
        unit = quote["currency"]
        lines = [
            f"Seat {line['seat']}: {line['refund']} {unit} go back, {line['kept']} {unit} stay."
            for line in quote["lines"]
        ]
        return [*lines, f"In all, {quote['total']} {unit} go back."], quote["total"]


def _form_expecting(refund: str) -> type[forms.Form]:
    """Returns a form that remembers what was shown, so that nothing else is given back."""
    expected = forms.DecimalField(
        initial=refund, required=False, widget=forms.HiddenInput, max_digits=10, decimal_places=2
    )
    return type("ExpectingForm", (forms.Form,), {"refund": expected})
