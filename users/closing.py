"""What the apps above have to do with the closing of an account.

Users knows none of them: each registers it in a module that its AppConfig imports.
"""

from collections.abc import Callable

from users.models import User

Question = Callable[[User], bool]
Act = Callable[[User], None]

_questions: list[Question] = []
_acts: list[Act] = []


def keeps_open(question: Question) -> Question:
    """Has the decorated asked before an account closes: must it stay for something to come?

    The user's row is locked, and the answer counts until the transaction ends.
    """
    _questions.append(question)
    return question


def lets_go(act: Act) -> Act:
    """Has the decorated done in the transaction that closes an account, when nothing keeps it."""
    _acts.append(act)
    return act


def must_stay_open(user: User) -> bool:
    """Whether any app says so."""
    return any(question(user) for question in _questions)


def let_go(user: User) -> None:
    """Ends what the apps above keep for a user who leaves."""
    for act in _acts:
        act(user)
