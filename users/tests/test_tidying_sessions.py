"""Sessions that let nobody in are deleted."""

from datetime import timedelta

from core.clock import StatementTime
from users.models import Session, User
from users.tidying import delete_dead_sessions


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
