"""What exchanging adds to the admin's page of a booking: a button, and the question what for."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from bookings.documents import booking_document
from bookings.exchanging import Wish, exchange_ticket
from bookings.models import Booking, BookingStatus, TicketStatus
from core.office.additions import Addition, Tool, add_to
from core.office.fields import Text
from core.office.pages import Step
from core.postgres.clock import StatementTime, local_time
from shows.models import Show, ShowStatus
from theaters.currencies import amount

SHOWS_AT_MOST = 200
A_WHILE = timedelta(days=28)


@add_to(Booking)
class ExchangeOfTicket(Addition):
    """Exchanges a ticket for the customer, as the API does."""

    def urls(self) -> list[Any]:
        view = self.pages.admin_site.admin_view(self.exchange)
        return [path("<int:pk>/exchange/", view, name="bookings_booking_exchange")]

    def tools(self, request: HttpRequest, row: Booking) -> list[Tool]:
        if row.status != BookingStatus.CONFIRMED:
            return []
        address = reverse("admin:bookings_booking_exchange", args=[row.pk])
        return [Tool("Exchange a ticket", address)]

    def exchange(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks which ticket, and for which seat, and exchanges it."""
        booking: Booking = self.pages.own(request, pk)

        def act(data: Mapping[str, Any]) -> str:
            show = int(data["show"]) if data["show"] else None
            wish = Wish(ticket=data["ticket"], seat=data["seat"].upper(), show=show)
            done = exchange_ticket(
                user=request.user,  # type: ignore[arg-type]
                reference=booking.reference,
                wish=wish,
            )
            return _said(done.booking_id, is_open=done.is_open)

        sentences = [
            "The ticket keeps its type, its fee and its discount, and its code becomes void.",
            "If the new seat is cheaper, the share of the theater's policy goes back.",
            "A dearer one is kept until the difference is paid; the old one is valid until then.",
        ]
        title = f"Exchange a ticket of booking {booking.reference}?"
        step = Step(title, sentences, "Exchange it", act, _form_for(booking))
        answer: HttpResponse = self.pages.ask(request, booking, step)
        return answer


def _said(booking_id: int, *, is_open: bool) -> str:
    if not is_open:
        return "The ticket was exchanged."
    document = booking_document(booking_id)
    wanted = document["exchange"]
    due = f"{wanted['due']} {document['currency']}"
    return f"Seat {wanted['seat']} is kept until {wanted['pay_until']:%H:%M}. To be paid: {due}."


def _form_for(booking: Booking) -> type[forms.Form]:
    """Returns a form that offers the booking's valid tickets, and shows of its theater."""
    theater = booking.show.screen.theater
    valid = booking.tickets.filter(status=TicketStatus.VALID, used_at=None).order_by("pk")
    tickets = [
        (each.code, f"{each.label}, {amount(each.price, theater.currency)}") for each in valid
    ]
    others = Show.objects.filter(
        screen__theater=theater,
        status=ShowStatus.SCHEDULED,
        starts_at__range=(StatementTime(), StatementTime() + A_WHILE),
    ).exclude(pk=booking.show_id)
    found = others.select_related("movie", "screen").order_by("starts_at")[:SHOWS_AT_MOST]
    shows = [
        (str(each.pk), f"{local_time(each.starts_at, theater.timezone)}, {each.movie}")
        for each in found
    ]
    fields = {
        "ticket": forms.ChoiceField(choices=tickets),
        "seat": Text(max_length=10, help_text="Such as B7."),
        "show": forms.ChoiceField(
            choices=[("", "The same show"), *shows],
            required=False,
            help_text="Another show only for the only ticket of a booking.",
        ),
    }
    return type("ExchangeForm", (forms.Form,), fields)
