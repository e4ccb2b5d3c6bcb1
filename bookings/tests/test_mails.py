"""What customers read about their bookings."""

import pytest
from django.core import mail as outbox
from django.utils import timezone
from pytest_django import Settings

from bookings import tasks
from bookings.models import Booking
from shows.models import Show
from theaters.models import Theater


def sent() -> tuple[str, str, str]:
    """Subject, text and HTML of the one mail that was sent."""
    (mail,) = outbox.outbox
    assert isinstance(mail, outbox.EmailMultiAlternatives)
    assert mail.to == ["alice@example.com"]
    return str(mail.subject), str(mail.body), str(mail.alternatives[0][0])


def cancel(booking: Booking) -> None:
    Booking.objects.filter(pk=booking.pk).update(status="cancelled", cancelled_at=timezone.now())


def test_a_confirmation_tells_all_in_the_theaters_time(booking: Booking) -> None:
    Theater.objects.update(address="Rosa-Luxemburg-Straße 30")
    tasks.mail_booking_confirmed(booking.pk)
    subject, text, html = sent()
    assert subject == "Your seats for Metropolis, Tue 2 Jul, 20:15"
    for part in (text, html):
        for words in (
            "K7M2QX9WRT",
            "Tuesday, 2 July 2030",
            "20:15",
            "CEST",
            "Babylon",
            "Screen 1",
            "Rosa-Luxemburg-Straße 30, Berlin",
            "H7",
            "12.50 EUR",
            "code-of-H8",
            "30.50 EUR",
        ):
            assert words in part, words


def test_a_booking_cancelled_meanwhile_is_not_confirmed(booking: Booking) -> None:
    cancel(booking)
    tasks.mail_booking_confirmed(booking.pk)
    _, text, html = sent()
    for part in (text, html):
        assert "cancelled since" in part
        assert "code-of-H7" not in part


def test_a_cancellation_names_the_booking(booking: Booking) -> None:
    cancel(booking)
    tasks.mail_booking_cancelled(booking.pk)
    subject, text, html = sent()
    assert subject == "Cancelled: Metropolis, Tue 2 Jul, 20:15"
    for part in (text, html):
        assert "K7M2QX9WRT" in part
        assert "void" in part


def test_a_cancelled_show_comes_with_its_reason(booking: Booking) -> None:
    Show.objects.update(status="cancelled", cancel_reason="The <projector> is broken")
    cancel(booking)
    tasks.mail_show_cancelled(booking.pk)
    subject, text, html = sent()
    assert subject == "Metropolis on Tue 2 Jul will not be shown"
    assert "The <projector> is broken" in text
    assert "The &lt;projector&gt; is broken" in html


@pytest.mark.parametrize(
    "task",
    [
        tasks.mail_booking_confirmed,
        tasks.mail_booking_cancelled,
        tasks.mail_show_cancelled,
    ],
)
def test_markup_and_line_breaks_stay_text(task: object, booking: Booking) -> None:
    title = "<script>x</script>\r\nBcc: mallory@example.com"
    booking.show.movie.title = title
    booking.show.movie.save()
    assert callable(task)
    task(booking.pk)
    subject, text, html = sent()
    assert "<script>x</script> Bcc: mallory@example.com" in subject
    assert "<script>x</script> Bcc: mallory@example.com" in text
    assert "<script>" not in html
    assert outbox.outbox[0].message()["Bcc"] is None


def test_a_zone_without_a_name_shows_its_offset(booking: Booking) -> None:
    Theater.objects.update(timezone="Asia/Kathmandu")
    tasks.mail_booking_confirmed(booking.pk)
    assert "Wednesday, 3 July 2030, 00:00 (UTC+05:45)" in sent()[1]


def test_the_page_of_the_booking_is_linked_where_one_is_set(
    booking: Booking, settings: Settings
) -> None:
    settings.BOOKING_URL = "https://tickets.example.com/b/{reference}"
    tasks.mail_booking_confirmed(booking.pk)
    _, text, html = sent()
    assert "https://tickets.example.com/b/K7M2QX9WRT" in text
    assert 'href="https://tickets.example.com/b/K7M2QX9WRT"' in html
