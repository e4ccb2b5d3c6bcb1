"""How requests are counted, and where they are believed to come from."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import RequestFactory

from core.errors import TooManyRequests
from core.models import RateCounter
from core.throttling import client_address, count


@pytest.fixture
def _three_a_minute(settings: Any) -> None:
    settings.RATE_LIMITS = {"hold": (3, timedelta(minutes=1)), "other": (3, timedelta(minutes=1))}


def pass_time(seconds: int) -> None:
    RateCounter.objects.update(window_ends_at=F("window_ends_at") - timedelta(seconds=seconds))


def retry_after(subject: str = "1") -> int:
    with pytest.raises(TooManyRequests) as refused:
        count(limit="hold", subject=subject)
    return int(refused.value.headers["Retry-After"])


@pytest.mark.django_db
@pytest.mark.usefixtures("_three_a_minute")
class TestCounting:
    def test_as_many_as_the_limit_pass(self) -> None:
        for _ in range(3):
            count(limit="hold", subject="1")
        assert 58 <= retry_after() <= 60

    def test_subjects_and_limits_are_counted_apart(self) -> None:
        for _ in range(3):
            count(limit="hold", subject="1")
            count(limit="hold", subject="2")
            count(limit="other", subject="1")

    def test_trying_on_does_not_move_the_end_of_the_window(self) -> None:
        for _ in range(3):
            count(limit="hold", subject="1")
        pass_time(50)
        for _ in range(5):
            assert retry_after() <= 10
        pass_time(10)
        count(limit="hold", subject="1")

    def test_a_new_window_counts_from_one(self) -> None:
        for _ in range(3):
            count(limit="hold", subject="1")
        pass_time(60)
        for _ in range(3):
            count(limit="hold", subject="1")
        retry_after()

    def test_it_costs_one_query(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            count(limit="hold", subject="1")

    def test_switched_off_it_costs_none(
        self, settings: Any, django_assert_num_queries: Any
    ) -> None:
        settings.RATE_LIMITS_ENABLED = False
        with django_assert_num_queries(0):
            for _ in range(4):
                count(limit="hold", subject="1")


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "believed"),
    [
        (0, "192.0.2.1", None, "192.0.2.1"),
        (0, "192.0.2.1", "198.51.100.9", "192.0.2.1"),
        (1, "10.0.0.1", "198.51.100.9", "198.51.100.9"),
        (1, "10.0.0.1", "203.0.113.5, 198.51.100.9", "198.51.100.9"),
        (2, "10.0.0.1", "6.6.6.6, 203.0.113.5,198.51.100.9", "203.0.113.5"),
        (2, "10.0.0.1", "198.51.100.9", "198.51.100.9"),
        (1, "10.0.0.1", None, "10.0.0.1"),
        (1, "10.0.0.1", "nonsense", "10.0.0.1"),
        (1, "10.0.0.1", "6.6.6.6, ", "10.0.0.1"),
        (0, "", None, ""),
        (0, "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        (0, "::ffff:192.0.2.1", None, "192.0.2.1"),
    ],
)
def test_an_address_is_believed_as_far_as_its_writer_is_known(
    settings: Any, trusted: int, peer: str, forwarded: str | None, believed: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    assert client_address(request) == believed
