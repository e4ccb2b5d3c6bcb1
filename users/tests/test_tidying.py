"""Sessions and codes that let nobody in are deleted."""

from datetime import timedelta

from core.clock import StatementTime
from users.models import OneTimeCode, Purpose, Session, User
from users.tidying import delete_dead_sessions, delete_expired_codes


def test_expired_and_long_ended_sessions_go(alice: User) -> None:
    week, day = timedelta(days=7), timedelta(days=1)
    for number, (expires_in, ended_ago) in enumerate(
        [(day, None), (day, day), (-day, None), (day, week + day)]
    ):
        Session.objects.create(
            user=alice,
            generation=number,
            expires_at=StatementTime() + expires_in,
            ended_at=None if ended_ago is None else StatementTime() - ended_ago,
        )
    assert delete_dead_sessions() == 2
    assert set(Session.objects.values_list("generation", flat=True)) == {0, 1}


def test_expired_codes_go(alice: User) -> None:
    for purpose, expires_in in ((Purpose.VERIFY, 1), (Purpose.RESET, -1)):
        expires_at = StatementTime() + timedelta(minutes=expires_in)
        OneTimeCode.objects.create(user=alice, purpose=purpose, digest="0", expires_at=expires_at)
    assert delete_expired_codes() == 1
    assert OneTimeCode.objects.get().purpose == Purpose.VERIFY
