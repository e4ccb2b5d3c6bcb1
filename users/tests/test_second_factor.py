"""A one-time code from an authenticator app besides the password."""

from datetime import timedelta
from functools import partial
from typing import Any

import pyotp
import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from conftest import PASSWORD
from tests.api import As
from tests.clock import let_pass
from tests.parallel import at_once, hang_up
from users.models import SecondFactor, User
from users.tests.conftest import newest_code, run_jobs

ME = "/api/v1/users/me/"
FACTOR = f"{ME}second-factor/"
AUTH = "/api/v1/auth/"
pytestmark = pytest.mark.django_db


def code_of(secret: str) -> str:
    """Returns what the app shows now; any time step may be used again."""
    SecondFactor.objects.update(last_step=0)
    return pyotp.TOTP(secret).now()


def switch_on(client: APIClient) -> tuple[str, list[str]]:
    """Returns the secret in the app and the recovery codes."""
    secret = client.post(FACTOR, {"password": PASSWORD}).json()["secret"]
    answer = client.post(f"{FACTOR}confirm/", {"otp": code_of(secret)})
    assert answer.status_code == 200, answer.content
    return secret, answer.json()["recovery_codes"]


def log_in(user: User, otp: str = "") -> Any:
    body = {"email": user.email, "password": PASSWORD} | ({"otp": otp} if otp else {})
    return APIClient().post(f"{AUTH}login/", body)


def outcome(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_from_the_first_right_code_on_logging_in_needs_one(olga: User, as_: As) -> None:
    client = as_(olga)
    started = client.post(FACTOR, {"password": PASSWORD}).json()
    assert started["uri"].startswith("otpauth://totp/MovieBooking:olga%40example.com?secret=")
    assert started["qr"].startswith("<svg")
    assert outcome(log_in(olga)) == (200, ""), "not before it is confirmed"
    wrong = client.post(f"{FACTOR}confirm/", {"otp": "000000"})
    assert outcome(wrong) == (400, "wrong_otp")
    confirmed = client.post(f"{FACTOR}confirm/", {"otp": code_of(started["secret"])})
    assert len(set(confirmed.json()["recovery_codes"])) == 10
    assert outcome(log_in(olga)) == (401, "otp_required")
    assert outcome(log_in(olga, "000000")) == (401, "invalid_otp")
    assert outcome(log_in(olga, code_of(started["secret"]))) == (200, "")
    assert client.get(FACTOR).json() == {
        "enabled": True,
        "required": False,
        "recovery_codes_left": 10,
    }


def test_a_wrong_password_does_not_tell_of_a_second_factor(olga: User, as_: As) -> None:
    secret, _ = switch_on(as_(olga))
    for otp in ("", code_of(secret)):
        body = {"email": olga.email, "password": "wrong-horse"} | ({"otp": otp} if otp else {})
        answer = APIClient().post(f"{AUTH}login/", body)
        assert outcome(answer) == (401, "invalid_credentials")


def test_a_code_is_taken_once(olga: User, as_: As) -> None:
    secret, _ = switch_on(as_(olga))
    code = code_of(secret)
    assert outcome(log_in(olga, f"{code[:3]} {code[3:]}")) == (200, "")
    assert outcome(log_in(olga, code)) == (401, "invalid_otp")


def test_a_recovery_code_is_taken_once(olga: User, as_: As) -> None:
    client = as_(olga)
    _, codes = switch_on(client)
    typed = f"{codes[3][:5]}-{codes[3][5:]}".upper()
    assert outcome(log_in(olga, typed)) == (200, "")
    assert outcome(log_in(olga, codes[3])) == (401, "invalid_otp")
    assert client.get(FACTOR).json()["recovery_codes_left"] == 9


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_parallel_logins_take_a_code_once(olga: User, as_: As, settings: Any, kind: str) -> None:
    settings.RATE_LIMITS_ENABLED = False
    secret, codes = switch_on(as_(olga))
    code = code_of(secret) if kind == "app" else codes[0]
    try:
        answers = at_once([partial(log_in, olga, code)] * 12)
    finally:
        hang_up()
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 11


def test_guesses_are_counted_for_the_account(olga: User, as_: As, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"otp_account": (4, timedelta(minutes=15))}
    secret, _ = switch_on(as_(olga))
    tries = [outcome(log_in(olga, f"{number:06}"))[0] for number in range(4)]
    assert tries == [401, 401, 401, 429], "switching it on was a try, too"
    assert outcome(log_in(olga, code_of(secret)))[0] == 429
    let_pass(timedelta(minutes=16))
    assert outcome(log_in(olga, code_of(secret)))[0] == 200


def test_it_is_switched_off_with_both_factors(olga: User, as_: As) -> None:
    client = as_(olga)
    secret, _ = switch_on(client)
    assert outcome(client.post(FACTOR, {"password": PASSWORD})) == (409, "second_factor_on")
    wrong = {"password": "wrong-horse", "otp": code_of(secret)}
    assert outcome(client.delete(FACTOR, wrong)) == (400, "wrong_password")
    wrong = {"password": PASSWORD, "otp": "000000"}
    assert outcome(client.delete(FACTOR, wrong)) == (401, "invalid_otp")
    right = {"password": PASSWORD, "otp": code_of(secret)}
    assert client.delete(FACTOR, right).status_code == 204
    assert outcome(log_in(olga)) == (200, "")


def test_an_admin_resets_it_on_record(olga: User, otto: User, ada: User, as_: As) -> None:
    client = as_(olga)
    switch_on(client)
    address = f"/api/v1/users/{olga.pk}/second-factor/"
    assert as_(otto).delete(address).status_code == 403
    assert as_(ada).delete(address).status_code == 204
    assert client.get(ME).status_code == 401, "every session of hers ends"
    assert outcome(log_in(olga)) == (200, "")
    assert "second factor" in LogEntry.objects.get().change_message
    assert as_(ada).delete(address).status_code == 404


def test_the_secret_is_not_in_the_table(olga: User, as_: As) -> None:
    secret, codes = switch_on(as_(olga))
    stored = SecondFactor.objects.get()
    assert secret not in stored.secret
    assert not set(codes) & set(stored.recovery_codes)


def test_with_another_secret_key_the_recovery_codes_are_gone_and_an_admin_helps(
    olga: User, ada: User, as_: As, settings: Any
) -> None:
    admin = as_(ada)
    secret, _ = switch_on(as_(olga))
    stored = SecondFactor.objects.get()
    stored.secret = stored.secret[:-4] + "AAAA"
    stored.save()
    assert outcome(log_in(olga, code_of(secret))) == (401, "invalid_otp")
    admin.delete(f"/api/v1/users/{olga.pk}/second-factor/")
    assert outcome(log_in(olga)) == (200, "")


# Where the server requires it


def test_whoever_runs_a_theater_must_set_it_up_before_anything_else(
    olga: User, alice: User, as_: As, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = as_(olga)
    assert outcome(client.get("/api/v1/theaters/")) == (403, "second_factor_required")
    assert client.get(FACTOR).json()["required"] is True
    switch_on(client)
    assert client.get("/api/v1/theaters/").status_code == 200
    assert as_(alice).get("/api/v1/theaters/").status_code == 200


# In the admin


def in_the_admin(user: User, otp: str = "") -> Client:
    client = Client()
    form = {"username": user.email, "password": PASSWORD, "otp": otp}
    client.post("/admin/login/?next=/admin/", form)
    return client


def is_logged_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def set_up(client: Client) -> tuple[str, str]:
    """The secret, and the page with the recovery codes."""
    page = "/admin/second-factor/"
    began = client.post(page, {"action": "start", "password": PASSWORD})
    secret = str(began.context["enrolment"].secret)
    wrong = client.post(page, {"action": "confirm", "otp": "000000"})
    assert wrong.context["enrolment"].secret == secret, "shown once more after a wrong code"
    done = client.post(page, {"action": "confirm", "otp": code_of(secret)})
    return secret, done.content.decode()


def test_the_login_of_the_admin_asks_for_it(olga: User) -> None:
    client = in_the_admin(olga)
    secret, page = set_up(client)
    assert page.count("<li><code>") == 10
    assert is_logged_in(client)
    assert not is_logged_in(in_the_admin(olga))
    assert not is_logged_in(in_the_admin(olga, "000000"))
    assert is_logged_in(in_the_admin(olga, code_of(secret)))


def test_it_is_switched_off_in_the_admin(olga: User) -> None:
    client = in_the_admin(olga)
    secret, _ = set_up(client)
    form = {"action": "switch_off", "password": PASSWORD, "otp": code_of(secret)}
    client.post("/admin/second-factor/", form)
    assert is_logged_in(in_the_admin(olga))


def test_where_it_is_required_the_admin_shows_nothing_else_before(
    olga: User, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = in_the_admin(olga)
    for page in ("/admin/", "/admin/theaters/theater/", "/admin/shows/show/"):
        assert client.get(page).headers["Location"] == "/admin/second-factor/"
    set_up(client)
    assert is_logged_in(client)


def test_an_admin_resets_it_in_the_admin(olga: User, ada: User, as_: As) -> None:
    switch_on(as_(olga))
    client = in_the_admin(ada)
    page = client.get(f"/admin/users/user/{olga.pk}/change/").content.decode()
    address = f"/admin/users/user/{olga.pk}/reset-second-factor/"
    assert address in page
    client.post(address)
    olga.refresh_from_db()
    assert not olga.has_second_factor


def test_the_command_line_resets_it_for_an_admin_whom_nobody_can_help(
    ada: User, as_: As, capsys: pytest.CaptureFixture[str]
) -> None:
    switch_on(as_(ada))
    call_command("reset_second_factor", "Ada@example.com")
    assert outcome(log_in(ada)) == (200, "")
    with pytest.raises(CommandError, match="No account with a second factor"):
        call_command("reset_second_factor", ada.email)


def test_whoever_forgot_the_password_still_needs_it(olga: User, as_: As) -> None:
    secret, _ = switch_on(as_(olga))
    asked = APIClient().post(f"{AUTH}password/forgot/", {"email": olga.email}).json()
    run_jobs()
    body = {"email": olga.email, "code": newest_code(), "new_password": PASSWORD}
    reset = APIClient().post(f"{AUTH}password/reset/", body | {"request": asked["request"]})
    assert reset.status_code == 204
    assert outcome(log_in(olga)) == (401, "otp_required")
    assert outcome(log_in(olga, code_of(secret))) == (200, "")
