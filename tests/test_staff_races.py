"""An invitation is accepted while it is withdrawn, or twice at once."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from core.failures import Failure
from tests.money_racing import quietly
from tests.parallel import at_once
from tests.staff import invite_to
from theaters import invitations
from theaters.invitation_mails import key_of
from theaters.models import Invitation, Membership, Theater
from users.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]
ROUNDS = 12


def race(theater: Theater, alice: User, other: Callable[[Invitation], Any]) -> list[Any]:
    """Returns the answers of a round in which not exactly one of both calls was done."""
    for _ in range(ROUNDS):
        Membership.objects.filter(user=alice).delete()
        offered = invite_to(theater, alice.email, "door")
        accept = partial(invitations.accept, user=alice, key=key_of(offered.pk))
        answers = at_once([quietly(accept), quietly(other(offered))])
        if [isinstance(answer, Failure) for answer in answers].count(True) != 1:
            return answers
    return []


def withdrawing(offered: Invitation) -> Any:
    return partial(invitations.withdraw, by=offered.invited_by, invitation_id=offered.pk)


def accepting(offered: Invitation) -> Any:
    user = User.objects.get(email=offered.email)
    return partial(invitations.accept, user=user, key=key_of(offered.pk))


def use_up_late(invitation_id: int) -> bool:
    """Deletes it, but does not look whether it was there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.05)")
    Invitation.objects.filter(pk=invitation_id).delete()
    return True


OTHERS = [withdrawing, accepting]


@pytest.mark.parametrize("other", OTHERS)
def test_one_of_both_is_done(theater: Theater, alice: User, other: Any) -> None:
    assert race(theater, alice, other) == []


@pytest.mark.parametrize("other", OTHERS)
def test_if_nobody_looks_whether_it_was_there_both_are(
    theater: Theater, alice: User, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "_use_up", use_up_late)
    assert race(theater, alice, other) != []
