"""What a ticket's QR code says, and that nobody else can say it."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from bookings.models import TicketKey
from bookings.tickets import base45, keys, token
from bookings.tickets.token import LENGTH, NotAToken, SigningKey, Token

CODE = "9f2c4e7ab1d84c5ea6f03b7d2e918c45"
KEY = SigningKey(7, Ed25519PrivateKey.generate())
KEYS = {7: KEY.private.public_key()}
TOKENS = st.builds(
    Token,
    st.integers(0, 2**32 - 1),
    st.binary(min_size=16, max_size=16).map(bytes.hex),
    st.integers(0, 2**16 - 1),
)


@pytest.mark.parametrize(
    ("data", "text"), [(b"AB", "BB8"), (b"Hello!", "%69 VD92E"), (b"base-4", "UJCLQE7W5")]
)
def test_base45_is_that_of_the_rfc(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


def test_base45_refuses_an_odd_number_of_bytes() -> None:
    with pytest.raises(ValueError, match="odd"):
        base45.encode(b"a")


@pytest.mark.parametrize("text", ["GGW", "ZZZ", ":::", "BB", "B", "bb8", "ßB8", "٠٠٠"])
def test_base45_refuses_what_stands_for_no_bytes(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        base45.decode(text)


@given(TOKENS)
def test_what_was_signed_is_read(said: Token) -> None:
    text = token.sign(said, KEY)
    assert len(text) == LENGTH == 135
    assert text.startswith("100")
    assert text == text.strip()
    assert token.parse(text) == (said, 7)
    assert token.verify(text, KEYS) == said


@given(st.data())
def test_a_token_with_another_character_is_refused(data: st.DataObject) -> None:
    text = token.sign(Token(42, CODE, 0), KEY)
    at = data.draw(st.integers(0, LENGTH - 1))
    other = data.draw(st.sampled_from(base45.ALPHABET).filter(lambda c: c != text[at]))
    with pytest.raises(NotAToken):
        token.verify(f"{text[:at]}{other}{text[at + 1 :]}", KEYS)


@given(st.one_of(st.text(), st.text(base45.ALPHABET, min_size=LENGTH, max_size=LENGTH)))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(NotAToken):
        token.verify(text, KEYS)


def test_a_long_text_is_refused_by_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base45, "decode", None)  # it would fail if it were called
    for text in ("", "0" * (LENGTH - 1), "0" * (LENGTH + 1), "0" * 10**6):
        assert not token.looks_like_one(text)
        with pytest.raises(NotAToken, match="135 characters"):
            token.parse(text)


def test_another_version_is_refused() -> None:
    data = base45.decode(token.sign(Token(42, CODE, 0), KEY))
    with pytest.raises(NotAToken, match="version"):
        token.parse(base45.encode(b"\0\2" + data[2:]))


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(NotAToken, match="unknown key"):
        token.verify(token.sign(Token(42, CODE, 0), KEY), {8: KEYS[7]})


def test_a_forgery_is_refused() -> None:
    forged = token.sign(Token(42, CODE, 0), SigningKey(7, Ed25519PrivateKey.generate()))
    with pytest.raises(NotAToken, match="not signed by us"):
        token.verify(forged, KEYS)


@pytest.mark.parametrize(
    "said", [Token(2**32, CODE, 0), Token(1, CODE, 2**16), Token(1, CODE[2:], 0), Token(1, "x", 0)]
)
def test_what_does_not_fit_is_not_signed(said: Token) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        token.sign(said, KEY)


@pytest.mark.django_db
def test_the_first_key_is_made_when_it_is_needed() -> None:
    first = keys.signing_key()
    assert keys.signing_key().number == first.number
    assert token.verify(token.sign(Token(42, CODE, 0), first), keys.accepted_keys()).code == CODE


@pytest.mark.django_db
def test_the_newest_key_signs_and_older_ones_are_accepted() -> None:
    old, new = keys.make_key(), keys.make_key()
    assert keys.signing_key().number == new.number
    assert set(keys.accepted_keys()) == {old.number, new.number}


@pytest.mark.django_db
def test_a_retired_key_neither_signs_nor_is_accepted() -> None:
    old = keys.make_key()
    TicketKey.objects.update(retired_at=timezone.now())
    assert keys.signing_key().number != old.number
    assert old.number not in keys.accepted_keys()


@pytest.mark.django_db
def test_the_private_key_is_not_in_the_table() -> None:
    private = keys.make_key().private.private_bytes_raw()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public || convert_to(private_encrypted, 'UTF8') FROM bookings_ticketkey"
        )
        stored = bytes(cursor.fetchone()[0])
    assert private not in stored
    assert private.hex().encode() not in stored


@pytest.mark.django_db
def test_another_secret_key_makes_another_key_and_keeps_the_old_one_accepted() -> None:
    old = keys.make_key()
    with override_settings(SECRET_KEY="another one, as long as it takes, of forty and more"):
        assert keys.signing_key().number != old.number
    assert old.number in keys.accepted_keys()
