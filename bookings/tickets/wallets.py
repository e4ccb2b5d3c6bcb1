"""Which wallets take tickets: those for which this installation has keys."""

from django.conf import settings

from bookings.tickets import apple, google
from bookings.tickets.facts import Admission, Paper
from core.failures import NotFound
from core.postgres.documents import Document, Field

ADDRESS = {"type": ["string", "null"], "format": "uri"}
WALLETS = Document(
    "TicketWallets",
    {
        "apple": Field(ADDRESS, None),
        "google": Field(ADDRESS, "https://pay.google.com/gp/v/save/eyJh"),
    },
)


def offers_apple() -> bool:
    """Returns whether passes for Apple Wallet can be signed."""
    return bool(settings.APPLE_PASS_FILE)


def apple_pass(paper: Paper, ticket: Admission) -> bytes:
    """Returns the ticket as a pass. Raises NotFound where there is no key for it."""
    if not offers_apple():
        raise NotFound
    return apple.draw(paper, ticket, apple.read_key(settings.APPLE_PASS_FILE))


def google_link(paper: Paper, ticket: Admission) -> str | None:
    """Returns the link that puts the ticket into Google Wallet, or None without a key for it."""
    if not (settings.GOOGLE_WALLET_FILE and settings.GOOGLE_WALLET_ISSUER):
        return None
    account = google.read_account(settings.GOOGLE_WALLET_FILE, settings.GOOGLE_WALLET_ISSUER)
    return google.link(paper, ticket, account)
