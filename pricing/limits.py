"""The rate limits of quotes."""

from core.throttling import count


def count_quote(*, user_id: int, address: str, voucher: str) -> None:
    """Allows 120 quotes in 10 minutes; with a voucher, whose code might be a guess, 60 an hour and
    600 from one address."""
    count(limit="quote", subject=str(user_id))
    if voucher:
        count(limit="voucher", subject=str(user_id))
        count(limit="voucher_address", subject=address)
