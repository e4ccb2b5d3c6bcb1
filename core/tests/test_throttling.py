"""How requests are counted, and where they are believed to come from."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from core.failures import TooManyRequests
from core.models import RateCounter
from core.postgres.rows import rows_of
from core.throttling import count, give_back


@pytest.fixture
def _three_a_minute(settings: Any) -> None:
    settings.RATE_LIMITS = {"hold": (3, timedelta(minutes=1)), "other": (3, timedelta(minutes=1))}


def pass_time(seconds: int) -> None:
    RateCounter.objects.update(window_ends_at=F("window_ends_at") - timedelta(seconds=seconds))


def retry_after(subject: str = "1", limit: str = "hold") -> int:
    with pytest.raises(TooManyRequests) as refused:
        count(limit=limit, subject=subject)
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
        for limit, subject in (("hold", "1"), ("hold", "2"), ("other", "1")):
            assert retry_after(subject, limit) > 0
        count(limit="other", subject="2")

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

    def test_the_sites_of_one_ipv6_network_share_ten_times_the_limit(self) -> None:
        for site in range(10):
            for _ in range(3):
                count(limit="hold", subject=f"2001:db8:1:{site:x}::/64")
        assert retry_after("2001:db8:1:ffff::/64") > 0
        count(limit="hold", subject="2001:db8:2:ffff::/64")

    def test_a_site_that_is_refused_takes_nothing_from_its_neighbours(self) -> None:
        for _ in range(3):
            count(limit="hold", subject="2001:db8:1:1::/64")
        for _ in range(40):
            retry_after("2001:db8:1:1::/64")
        count(limit="hold", subject="2001:db8:1:2::/64")

    @pytest.mark.parametrize("subject", ["1", "192.0.2.1", "a@example.com/64", "1::2::3/64"])
    def test_other_subjects_belong_to_no_network(
        self, django_assert_num_queries: Any, subject: str
    ) -> None:
        with django_assert_num_queries(1):
            count(limit="hold", subject=subject)


def counted() -> dict[tuple[str, str], int]:
    rows = rows_of(
        'SELECT "limit", subject, count FROM core_ratecounter WHERE subject = ANY(%s)',
        [["mine", "another's"]],
    )
    return {(limit, subject): number for limit, subject, number in rows}


@pytest.mark.django_db
def test_what_is_given_back_is_one_of_that_limit_and_subject(settings: Any) -> None:
    settings.RATE_LIMITS_ENABLED = True
    for limit, subject in (("hold", "mine"), ("hold", "another's"), ("booking", "mine")):
        count(limit=limit, subject=subject)
    give_back(limit="hold", subject="mine")
    assert counted() == {
        ("hold", "mine"): 0,
        ("hold", "another's"): 1,
        ("booking", "mine"): 1,
    }


@pytest.mark.django_db
def test_no_more_is_given_back_than_was_counted(settings: Any) -> None:
    settings.RATE_LIMITS_ENABLED = True
    count(limit="hold", subject="mine")
    for _ in range(2):
        give_back(limit="hold", subject="mine")
    assert counted() == {("hold", "mine"): 0}
