"""What changes when a booking owes less or more.

This app knows no money: payments register here what has to follow in the same transaction.
"""

from collections.abc import Callable, Sequence

Settle = Callable[[Sequence[int], str], None]

_settlers: list[Settle] = []


def settles(settle: Settle) -> Settle:
    """Registers the decorated function: it gets ids of bookings and the reason of the change."""
    _settlers.append(settle)
    return settle


def settle(bookings: Sequence[int], reason: str) -> None:
    """Gives back what these bookings have paid too much. Call it at the end of every transaction
    that cancels or exchanges tickets, with the bookings' rows locked."""
    for each in _settlers:
        each(bookings, reason)
