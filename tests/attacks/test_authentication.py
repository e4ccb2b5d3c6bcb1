"""OWASP API2: forged tokens, stolen tokens, guessed codes and passwords."""

import base64
import json
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.core import mail
from rest_framework.test import APIClient

from tests.api import As
from tests.problems import problem
from users import tokens
from users.models import Session, User
from users.sessions import TokenNotValid, start_session
from users.tests.conftest import another, newest_code, run_jobs

AUTH = "/api/v1/auth/"
ME = "/api/v1/users/me/"
PASSWORD = "correct-horse-battery"
NEW = "purple monkey dishwasher"
pytestmark = pytest.mark.django_db


def log_in(user: User) -> dict[str, str]:
    answer = APIClient().post(f"{AUTH}login/", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 200
    return {name: answer.json()[name] for name in ("access", "refresh")}


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def sign(claims: dict[str, Any], key: Any = None, **options: Any) -> str:
    return jwt.encode(claims, settings.SECRET_KEY if key is None else key, **options)


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in (header, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def refuses(token: str) -> None:
    """Returns whether all calls refuse it as access token, refresh and logout as refresh token."""
    bearer = APIClient(HTTP_AUTHORIZATION=f"Bearer {token}")
    anyone = APIClient()
    for answer in (
        bearer.get(ME),
        bearer.get("/api/v1/movies/"),
        anyone.post(f"{AUTH}refresh/", {"refresh": token}),
        anyone.post(f"{AUTH}logout/", {"refresh": token}),
    ):
        problem(answer, 401, "token_not_valid")
        assert answer["WWW-Authenticate"].startswith("Bearer")


def opens(token: str) -> bool:
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {token}").get(ME).status_code == 200


@pytest.mark.parametrize("kind", ["access", "refresh"])
@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
def test_an_unsigned_token_is_refused(alice: User, kind: str, algorithm: str) -> None:
    claims = claims_of(log_in(alice)[kind])
    refuses(unsigned({"alg": algorithm, "typ": "JWT"}, claims))


@pytest.mark.parametrize("kind", ["access", "refresh"])
@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused_even_with_the_right_key(
    alice: User, kind: str, algorithm: str
) -> None:
    refuses(sign(claims_of(log_in(alice)[kind]), algorithm=algorithm))


@pytest.mark.parametrize("key", ["", "secret", "moviebooking"])
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_another_key_is_refused(alice: User, key: str) -> None:
    real = log_in(alice)
    head, body, _ = real["access"].split(".")
    signature = sign(claims_of(real["access"]), key=key or "\0").rpartition(".")[2]
    refuses(f"{head}.{body}.{signature}")


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "../../../../dev/null"},
        {"kid": "' UNION SELECT 'secret"},
        {"jku": "https://evil.example/keys.json"},
        {"x5u": "https://evil.example/cert.pem"},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"crit": ["exp"]},
        {"crit": ["evil"], "evil": True},
        {"typ": "at+jwt"},
        {"b64": False, "crit": ["b64"]},
    ],
)
def test_a_header_of_somebody_else_is_refused(alice: User, header: dict[str, Any]) -> None:
    for token in log_in(alice).values():
        refuses(sign(claims_of(token), algorithm="HS256", headers=header))


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"exp": 1},
    {"exp": None},
    {"exp": "tomorrow"},
    {"exp": "4102444800"},
    {"exp": 10**30},
    {"exp": 10**15},
    {"exp": float("inf")},
    {"nbf": float("nan")},
    {"iat": 10**400},
    {"iat": []},
    {"exp": {}},
    {"nbf": 4_102_444_800},
    {"iat": 4_102_444_800},
    {"aud": "somebody-else"},
    {"aud": None},
    {"iss": "somebody-else"},
    {"iss": None},
    {"token_type": "sliding"},
    {"token_type": None},
    {"jti": None},
]


@pytest.mark.parametrize("kind", ["access", "refresh"])
@pytest.mark.parametrize("wrong", WRONG_CLAIMS, ids=str)
def test_a_token_out_of_its_time_or_place_is_refused(
    alice: User, kind: str, wrong: dict[str, Any]
) -> None:
    claims = claims_of(log_in(alice)[kind]) | wrong
    refuses(sign({name: value for name, value in claims.items() if value is not None}))


ODD = [
    0,
    -1,
    1.0,
    10**9,
    2**63 - 1,
    2**63,
    10**30,
    "1",
    "",
    "x",
    True,
    None,
    [1],
    {"id": 1},
    "' OR 1=1",
]


@pytest.mark.parametrize("kind", ["access", "refresh"])
@pytest.mark.parametrize("claim", ["uid", "sid"])
@pytest.mark.parametrize("odd", [*ODD, "missing"], ids=repr)
def test_an_odd_user_or_session_id_is_refused(
    alice: User, kind: str, claim: str, odd: object
) -> None:
    claims = claims_of(log_in(alice)[kind]) | {claim: odd}
    if odd == "missing":
        del claims[claim]
    refuses(sign(claims))


@pytest.mark.parametrize("odd", [-1, 2**31, 2**63 - 1, 2**63, "0", None, True, 0.0], ids=repr)
def test_an_odd_generation_is_refused(alice: User, odd: object) -> None:
    claims = claims_of(log_in(alice)["refresh"]) | {"gen": odd}
    problem(APIClient().post(f"{AUTH}refresh/", {"refresh": sign(claims)}), 401, "token_not_valid")


def test_a_token_for_another_users_session_is_refused(alice: User, bob: User) -> None:
    mine, theirs = log_in(alice)["access"], log_in(bob)["access"]
    refuses(sign(claims_of(mine) | {"sid": claims_of(theirs)["sid"]}))
    assert opens(theirs)


def test_access_and_refresh_do_not_stand_for_each_other(alice: User) -> None:
    real = log_in(alice)
    assert not opens(real["refresh"])
    problem(
        APIClient().post(f"{AUTH}refresh/", {"refresh": real["access"]}), 401, "token_not_valid"
    )
    problem(APIClient().post(f"{AUTH}logout/", {"refresh": real["access"]}), 401)
    assert opens(real["access"])


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b.c", "x" * 8000, tokens.HEADER, tokens.HEADER + "e30.", "é", "\x7f"],
)
def test_what_is_not_a_token_is_refused(db: None, token: str) -> None:
    answer = APIClient(HTTP_AUTHORIZATION=f"Bearer {token}").get(ME)
    problem(answer, 401, "token_not_valid")


@pytest.mark.parametrize("body", [{}, {"refresh": None}, {"refresh": 7}, {"refresh": ["x"]}])
def test_a_missing_refresh_token_is_bad_input(db: None, body: dict[str, Any]) -> None:
    for call in ("refresh", "logout"):
        problem(APIClient().post(f"{AUTH}{call}/", body), 400)


@pytest.mark.parametrize("call", ["logout", "logout-all", "change", "reset", "disable", "close"])
def test_no_token_survives_its_end(alice: User, ada: User, as_: As, call: str) -> None:
    here, there = log_in(alice), log_in(alice)
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {here['access']}")
    if call == "logout":
        answer = client.post(f"{AUTH}logout/", {"refresh": here["refresh"]})
    elif call == "logout-all":
        answer = client.post(f"{AUTH}logout-all/")
    elif call == "change":
        body = {"current_password": PASSWORD, "new_password": NEW}
        answer = client.post(f"{AUTH}password/change/", body)
    elif call == "reset":
        client.post(f"{AUTH}password/forgot/", {"email": alice.email})
        run_jobs()
        body = {"email": alice.email, "code": newest_code(), "new_password": NEW}
        answer = client.post(f"{AUTH}password/reset/", body)
    elif call == "disable":
        answer = as_(ada).patch(f"/api/v1/users/{alice.pk}/", {"is_active": False})
    else:
        answer = client.delete(ME, {"password": PASSWORD})
    assert answer.status_code in {200, 204}, answer.content
    refuses(here["access"])
    refuses(here["refresh"])
    assert opens(there["access"]) is (call == "logout")


def test_a_login_checked_before_a_password_change_opens_nothing(alice: User) -> None:
    checked = User.objects.get(pk=alice.pk)
    alice.set_password(NEW)
    alice.save()
    with pytest.raises(TokenNotValid):
        start_session(user=checked, address="")
    assert not Session.objects.exists()


SPELLINGS = [
    "alice@example.com",
    "ALICE@EXAMPLE.COM",
    "Alice@Example.Com",
    "  alice@example.com ",
    "ａｌｉｃｅ@example.com",
    "ＡＬＩＣＥ@ＥＸＡＭＰＬＥ.ＣＯＭ",
    "alice＠example.com",
    "alice@example．com",
    "alice@example。com",
    "alice@example｡com",
    "𝐚𝐥𝐢𝐜𝐞@example.com",
    "ⓐⓛⓘⓒⓔ@example.com",
    "alice@𝓮𝔁𝓪𝓶𝓹𝓵𝓮.com",
    "alⅰce@example.com",
    "alice@exampⅼe.com",
    "ªlice@example.ℂom",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_address_is_one_account_in_every_spelling(alice: User, spelling: str) -> None:
    body = {"email": spelling, "password": PASSWORD}
    answer = APIClient().post(f"{AUTH}login/", body)
    assert answer.status_code == 200
    assert answer.json()["user"]["email"] == "alice@example.com"
    body = {"email": spelling, "password": NEW, "name": "Mallory"}
    problem(APIClient().post(f"{AUTH}register/", body), 400, "email_taken")
    APIClient().post(f"{AUTH}password/forgot/", {"email": spelling})
    run_jobs()
    assert mail.outbox[-1].to == ["alice@example.com"]


@pytest.mark.parametrize(
    "lookalike", ["аlice@example.com", "alıce@example.com", "alice@exаmple.com"]
)
def test_a_lookalike_address_is_not_hers(alice: User, lookalike: str) -> None:
    answer = APIClient().post(f"{AUTH}login/", {"email": lookalike, "password": PASSWORD})
    assert answer.status_code in {400, 401}
    APIClient().post(f"{AUTH}password/forgot/", {"email": lookalike})
    run_jobs()
    assert mail.outbox == []


def test_a_domain_in_its_own_script_is_the_same_address(db: None) -> None:
    body = {"email": "eva@bücher.example.com", "password": NEW, "name": "Eva"}
    assert APIClient().post(f"{AUTH}register/", body).status_code == 201
    body["email"] = "EVA@xn--bcher-kva.example.com"
    problem(APIClient().post(f"{AUTH}register/", body), 400, "email_taken")


def test_guessing_a_code_ends_after_five(alice: User) -> None:
    APIClient().post(f"{AUTH}password/forgot/", {"email": alice.email})
    run_jobs()
    code = newest_code()
    for guess in [another(code)] * 5 + [code] * 30:
        body = {"email": alice.email, "code": guess, "new_password": NEW}
        assert APIClient().post(f"{AUTH}password/reset/", body).status_code in {400, 429}
    assert APIClient().post(f"{AUTH}password/reset/", body).status_code == 429
    assert log_in(alice)


@pytest.mark.parametrize("kind", ["access", "refresh"])
@pytest.mark.parametrize("claim", ["exp", "iat", "nbf", "iss", "aud", "sub", "jti", "uid", "sid"])
@pytest.mark.parametrize("value", ["soon", None, True, [], {}, 1e400, -1, 10**400, [1, "a"]])
def test_a_signed_token_with_an_odd_claim_is_refused_or_as_good_as_before(
    alice: User, kind: str, claim: str, value: Any
) -> None:
    claims = json.dumps(claims_of(log_in(alice)[kind]) | {claim: value}).encode()
    token = jwt.api_jws.encode(claims, settings.SECRET_KEY)
    bearer = APIClient(HTTP_AUTHORIZATION=f"Bearer {token}")
    refreshed = APIClient().post(f"{AUTH}refresh/", {"refresh": token})
    assert {bearer.get(ME).status_code, refreshed.status_code} <= {200, 401}


@pytest.mark.parametrize(("ahead", "status"), [(5, 200), (60, 401)])
def test_a_clock_that_is_a_little_ahead_logs_nobody_out(
    alice: User, ahead: int, status: int
) -> None:
    claims = claims_of(log_in(alice)["access"])
    token = sign(claims | {"iat": claims["iat"] + ahead})
    assert APIClient(HTTP_AUTHORIZATION=f"Bearer {token}").get(ME).status_code == status


def test_the_leeway_does_not_lengthen_a_tokens_life(alice: User) -> None:
    claims = claims_of(log_in(alice)["access"])
    refuses(sign(claims | {"exp": claims["iat"] - 1}))
