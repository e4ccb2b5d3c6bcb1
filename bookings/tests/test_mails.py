"""What customers read about their bookings."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail as outbox
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from bookings import tasks
from bookings.models import Booking, DelayedMail
from core.models import RateCounter
from shows.models import Show
from tests.clock import let_pass
from tests.mail_servers import free_port
from tests.parallel import at_once, hang_up
from theaters.models import Theater
from users.models import User


def sent() -> tuple[str, str, str]:
    """Returns subject, text and HTML of the one mail that was sent."""
    (mail,) = outbox.outbox
    assert isinstance(mail, outbox.EmailMultiAlternatives)
    assert mail.to == ["alice@example.com"]
    return str(mail.subject), str(mail.body), str(mail.alternatives[0][0])


def cancel(booking: Booking) -> None:
    Booking.objects.filter(pk=booking.pk).update(status="cancelled", cancelled_at=timezone.now())


def test_a_confirmation_says_all_in_the_theaters_time(booking: Booking) -> None:
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
            "9f2c4e7ab1d84c5ea6f03b7d2e918c08",
            "30.50 EUR",
        ):
            assert words in part, words


def test_a_booking_cancelled_meanwhile_is_not_confirmed(booking: Booking) -> None:
    cancel(booking)
    tasks.mail_booking_confirmed(booking.pk)
    _, text, html = sent()
    for part in (text, html):
        assert "cancelled since" in part
        assert "9f2c4e7ab1d84c5ea6f03b7d2e918c07" not in part


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


def test_amounts_have_no_decimals_if_the_currency_has_none(booking: Booking) -> None:
    Theater.objects.update(currency="JPY")
    tasks.mail_booking_confirmed(booking.pk)
    assert all("JPY" in part and ".00" not in part for part in sent()[1:])


def test_the_page_of_the_booking_is_linked_if_one_is_set(
    booking: Booking, settings: Settings
) -> None:
    settings.BOOKING_URL = "https://tickets.example.com/b/{reference}"
    tasks.mail_booking_confirmed(booking.pk)
    _, text, html = sent()
    assert "https://tickets.example.com/b/K7M2QX9WRT" in text
    assert 'href="https://tickets.example.com/b/K7M2QX9WRT"' in html


# Mails beyond the limit are merged into one


def confirm(booking: Booking, times: int) -> None:
    for _ in range(times):
        tasks.mail_booking_confirmed(booking.pk)


def due() -> list[int]:
    """Returns whom the waiting jobs will mail delayed news, none of which is due yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args ->> 'user_id')::int FROM procrastinate_jobs"
            " WHERE task_name = %s"
            " AND scheduled_at > statement_timestamp() + interval '50 minutes'",
            [tasks.mail_delayed_news.name],
        )
        return [pk for (pk,) in cursor.fetchall()]


def test_beyond_the_limit_mails_are_merged_and_none_is_dropped(
    booking: Booking, alice: User
) -> None:
    confirm(booking, 20)
    assert (len(outbox.outbox), due()) == (20, [])
    confirm(booking, 1)
    cancel(booking)
    tasks.mail_booking_cancelled(booking.pk)
    assert (len(outbox.outbox), due()) == (20, [alice.pk, alice.pk])

    let_pass(timedelta(hours=1, minutes=1))
    outbox.outbox.clear()
    for pk in due():
        tasks.mail_delayed_news(pk)
    tasks.mail_delayed_news(alice.pk)
    subject, text, html = sent()
    assert subject == "News of your bookings"
    for part in (text, html):
        assert part.count("K7M2QX9WRT") == 1
        assert "void" in part


def test_the_news_of_a_live_booking_has_its_tickets(booking: Booking, alice: User) -> None:
    confirm(booking, 21)
    let_pass(timedelta(hours=1, minutes=1))
    outbox.outbox.clear()
    tasks.mail_delayed_news(alice.pk)
    _, text, html = sent()
    for part in (text, html):
        assert "9f2c4e7ab1d84c5ea6f03b7d2e918c07" in part


def test_an_address_that_is_not_verified_gets_fewer(booking: Booking, alice: User) -> None:
    User.objects.update(email_verified=False)
    confirm(booking, 6)
    assert (len(outbox.outbox), due()) == (5, [alice.pk])


def test_delayed_news_waits_again_while_the_limit_is_reached(booking: Booking, alice: User) -> None:
    confirm(booking, 21)
    tasks.mail_delayed_news(alice.pk)
    assert (len(outbox.outbox), due()) == (20, [alice.pk, alice.pk])


def test_other_peoples_mails_do_not_count(booking: Booking, bob: User) -> None:
    confirm(booking, 20)
    Booking.objects.update(user=bob)
    confirm(booking, 1)
    assert outbox.outbox[-1].to == ["bob@example.com"]


def test_a_new_account_shares_the_limit_of_its_address(
    booking: Booking, alice: User, bob: User
) -> None:
    confirm(booking, 20)
    User.objects.filter(pk=alice.pk).update(email="deleted-1@account.invalid")
    User.objects.filter(pk=bob.pk).update(email="alice@example.com")
    Booking.objects.update(user=bob)
    confirm(booking, 1)
    assert (len(outbox.outbox), due()) == (20, [bob.pk])


def test_the_counters_contain_no_address(booking: Booking) -> None:
    confirm(booking, 1)
    ((subject,),) = RateCounter.objects.filter(limit="mail_verified").values_list("subject")
    assert "alice" not in subject
    assert "@" not in subject


@pytest.mark.parametrize(
    ("backend", "error"),
    [
        ("django.core.mail.backends.smtp.EmailBackend", OSError),
        ("core.mail.backends.Missing", ImproperlyConfigured),
    ],
)
def test_a_mail_that_could_not_be_sent_does_not_count(
    booking: Booking, settings: Settings, backend: str, error: type[Exception]
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, backend
    for _ in range(25):
        with pytest.raises(error):
            tasks.mail_booking_confirmed(booking.pk)
    settings.EMAIL_BACKEND = works
    confirm(booking, 20)
    assert (len(outbox.outbox), due()) == (20, [])


def test_the_news_to_an_unverified_address_does_not_carry_a_name(
    booking: Booking, alice: User
) -> None:
    User.objects.update(email_verified=False, name="You have won")
    confirm(booking, 6)
    let_pass(timedelta(hours=1, minutes=1))
    outbox.outbox.clear()
    tasks.mail_delayed_news(alice.pk)
    assert all("You have won" not in part for part in sent())


@pytest.mark.django_db(transaction=True)
def test_parallel_workers_do_not_exceed_the_limit_of_mails(booking: Booking) -> None:
    try:
        at_once([partial(tasks.mail_booking_confirmed, booking.pk)] * 24)
    finally:
        hang_up()
    assert len(outbox.outbox) == 20
    assert DelayedMail.objects.count() == 4
