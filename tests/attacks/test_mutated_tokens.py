"""Thousands of tokens that are nearly genuine: none of them works."""

import base64
import json
import random
import string
from collections.abc import Callable

import jwt
import pytest
from django.conf import settings
from rest_framework.test import APIClient

from tests.problems import problem
from users import tokens
from users.models import User
from users.sessions import TokenNotValid, start_session

pytestmark = pytest.mark.django_db
BASE64 = string.ascii_letters + string.digits + "-_"
ODD = "=+/.!~ \t\r\n\0é\u200b\x7f"
Mutation = Callable[[random.Random, str, str], str]


def change_one(rolls: random.Random, token: str, other: str) -> str:
    at = rolls.randrange(len(token))
    return token[:at] + rolls.choice(BASE64) + token[at + 1 :]


def change_the_end(rolls: random.Random, token: str, other: str) -> str:
    """Changes two bits of the last character that have no meaning."""
    return token[:-1] + rolls.choice(BASE64)


def insert(rolls: random.Random, token: str, other: str) -> str:
    """Inserts a character that lenient readers of base64 would skip."""
    at = rolls.randrange(1, len(token) + 1)
    return token[:at] + rolls.choice(ODD + BASE64) + token[at:]


def pad(rolls: random.Random, token: str, other: str) -> str:
    """Appends `=`, which base64 allows and a JWT does not (RFC 7515, 2)."""
    parts = token.split(".")
    at = rolls.randrange(3)
    parts[at] += "=" * rolls.randint(1, 4)
    return ".".join(parts)


def leave_out(rolls: random.Random, token: str, other: str) -> str:
    start = rolls.randrange(len(token))
    return token[:start] + token[start + rolls.randint(1, 8) :]


def swap_case(rolls: random.Random, token: str, other: str) -> str:
    at = rolls.choice([i for i, letter in enumerate(token) if letter.isalpha()])
    return token[:at] + token[at].swapcase() + token[at + 1 :]


def splice(rolls: random.Random, token: str, other: str) -> str:
    """Combines parts of two genuine tokens."""
    parts = [rolls.choice(pair) for pair in zip(token.split("."), other.split("."), strict=True)]
    return ".".join(parts)


def repeat_a_part(rolls: random.Random, token: str, other: str) -> str:
    parts = token.split(".")
    parts.insert(rolls.randrange(4), rolls.choice(parts))
    return ".".join(parts)


def other_claims(rolls: random.Random, token: str, other: str) -> str:
    claims = jwt.decode(token, options={"verify_signature": False})
    claims[rolls.choice(list(claims))] = rolls.choice([0, 1, 2**40, "", None, "admin", [], True])
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    head, _, signature = token.split(".")
    return ".".join((head, body, signature))


def other_signature(rolls: random.Random, token: str, other: str) -> str:
    return token[: token.rindex(".") + 1] + "".join(rolls.choices(BASE64, k=43))


def scramble(rolls: random.Random, token: str, other: str) -> str:
    parts = token.split(".")
    rolls.shuffle(parts)
    return rolls.choice([".", "..", ""]).join(parts)


MUTATIONS: list[Mutation] = [
    change_one,
    change_the_end,
    insert,
    leave_out,
    swap_case,
    splice,
    repeat_a_part,
    other_claims,
    other_signature,
    scramble,
    pad,
]


def genuine(user: User, kind: str) -> str:
    return tokens.pair(start_session(user=user, address=""))[kind]


def mutants(kind: str, alice: User, bob: User) -> list[str]:
    """Returns 500 of each mutation, all different from the two genuine tokens."""
    rolls = random.Random(kind)
    token, other = genuine(alice, kind), genuine(bob, kind)
    made = []
    for mutate in MUTATIONS:
        for _ in range(500):
            while (mutant := mutate(rolls, token, other)) in {token, other}:
                pass
            made.append(mutant)
    return made


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_none_of_five_thousand_is_read(kind: str, alice: User, bob: User) -> None:
    read = {"access": tokens.read_access, "refresh": tokens.read_refresh}[kind]
    assert read(genuine(alice, kind)).user_id == alice.pk
    for mutant in mutants(kind, alice, bob):
        try:
            read(mutant)
        except TokenNotValid:
            continue
        pytest.fail(f"accepted: {mutant!r}")


def test_some_of_each_over_http(alice: User, bob: User) -> None:
    for mutant in mutants("access", alice, bob)[::100]:
        header = f"Bearer {mutant}".encode().decode("latin-1")
        if mutant != mutant.strip():
            continue
        answer = APIClient(HTTP_AUTHORIZATION=header).get("/api/v1/users/me/")
        problem(answer, 401, "token_not_valid")
    for mutant in mutants("refresh", alice, bob)[::100]:
        answer = APIClient().post("/api/v1/auth/refresh/", {"refresh": mutant})
        assert answer.status_code in {400, 401}, mutant


def padded(token: str, length: int) -> str:
    """Returns the token signed again, with a claim that gives it this length."""
    claims = jwt.decode(token, options={"verify_signature": False})
    made = token
    while len(made) < length:
        claims["pad"] = claims.get("pad", "") + "x"
        made = jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256")
    return made


def test_a_genuine_token_has_up_to_a_thousand_characters(alice: User) -> None:
    token = genuine(alice, "access")
    longest, longer = padded(token, 1000), padded(token, 1001)
    assert (len(longest), len(longer)) == (1000, 1001)
    assert tokens.read_access(longest).user_id == alice.pk
    with pytest.raises(TokenNotValid):
        tokens.read_access(longer)
