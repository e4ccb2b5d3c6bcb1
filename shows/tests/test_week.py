"""The times of a week."""

from datetime import date, time

from shows.week import days_of_week, filling, moments

MONDAY = date(2030, 1, 7)


def test_a_day_is_filled_from_opening_to_closing() -> None:
    day = filling(time(14), time(23, 30))
    starts = day.starts(duration=100, turnaround=15)
    assert [divmod(each, 60) for each in starts] == [
        (14, 0),
        (15, 55),
        (17, 50),
        (19, 45),
        (21, 40),
    ]


def test_the_last_show_ends_in_time() -> None:
    assert filling(time(20), time(22)).starts(duration=120, turnaround=20) == [20 * 60]
    assert filling(time(20), time(22)).starts(duration=121, turnaround=20) == []


def test_a_day_may_close_after_midnight() -> None:
    assert filling(time(22), time(1)).starts(duration=80, turnaround=10) == [1320, 1410]


def test_only_the_chosen_days_of_the_week_count() -> None:
    assert days_of_week(MONDAY, [5, 0]) == [MONDAY, date(2030, 1, 12)]
    assert days_of_week(date(2030, 1, 9), range(7))[-1] == date(2030, 1, 15)


def test_half_past_midnight_belongs_to_the_evening_before() -> None:
    found = [each.isoformat() for each in moments([MONDAY], [1200, 1470])]
    assert found == ["2030-01-07T20:00:00", "2030-01-08T00:30:00"]
