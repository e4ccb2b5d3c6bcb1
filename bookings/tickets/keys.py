"""The keys that sign tickets: the newest one signs, all that are not retired are accepted.

To change keys, make a new one; retire the old one when the shows of its tickets are over. Tickets
that are drawn again are signed with the new one.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bookings.models import TicketKey
from bookings.tickets.token import SigningKey
from users import secret_texts


def signing_key() -> SigningKey:
    """Returns the newest key that is not retired, or makes one: the first, or the first since
    SECRET_KEY, with which private keys are encrypted, was changed."""
    newest = TicketKey.objects.filter(retired_at=None).order_by("-pk").first()
    private = newest and secret_texts.decrypt(newest.private_encrypted)
    if newest and private:
        return SigningKey(newest.pk, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private)))
    return make_key()


def make_key() -> SigningKey:
    """Makes a key, which signs from now on. If two are made at once, both are accepted."""
    private = Ed25519PrivateKey.generate()
    row = TicketKey.objects.create(
        public=private.public_key().public_bytes_raw(),
        private_encrypted=secret_texts.encrypt(private.private_bytes_raw().hex()),
    )
    return SigningKey(row.pk, private)


def accepted_keys() -> dict[int, Ed25519PublicKey]:
    """Returns the public keys that are not retired, by their numbers."""
    rows = TicketKey.objects.filter(retired_at=None).values_list("pk", "public")
    return {number: Ed25519PublicKey.from_public_bytes(bytes(public)) for number, public in rows}
