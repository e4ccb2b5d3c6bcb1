"""One-time codes: verifying an address, and getting back in after forgetting the password."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.db.models import F
from rest_framework.test import APIClient

from tests.api import As
from users.codes import InvalidCode, guess_code, issue_code, use_code
from users.models import OneTimeCode, Purpose, Session, User
from users.tests.conftest import another, newest_code, run_jobs

AUTH = "/api/v1/auth/"
NEW = "purple monkey dishwasher"
pytestmark = pytest.mark.django_db
Code = Callable[[], str]


def forgot(email: str) -> None:
    answer = APIClient().post(f"{AUTH}password/forgot/", {"email": email})
    assert answer.status_code == 202, answer.content


def reset(email: str, code: str, password: str = NEW) -> tuple[int, str]:
    body = {"email": email, "code": code, "new_password": password}
    answer = APIClient().post(f"{AUTH}password/reset/", body)
    return answer.status_code, answer.json()["code"] if answer.content else ""


def login(email: str, password: str) -> int:
    body = {"email": email, "password": password}
    return APIClient().post(f"{AUTH}login/", body).status_code


def waiting_jobs() -> list[tuple[str, dict[str, object]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")
        return [(name, json.loads(arguments)) for name, arguments in cursor.fetchall()]


def test_registering_mails_a_code_that_verifies(anyone: APIClient, code_sent: Code) -> None:
    carla = {"email": "carla@example.com", "password": NEW, "name": "Carla"}
    access = anyone.post(f"{AUTH}register/", carla).json()["access"]
    code = code_sent()
    assert mail.outbox[0].to == ["carla@example.com"]
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {access}")
    answer = client.post(f"{AUTH}email/verify/", {"code": code})
    assert answer.status_code == 200
    assert answer.json()["user"]["email_verified"] is True
    assert client.get("/api/v1/users/me/").json() == answer.json()["user"]


def test_a_verifying_code_works_once(alice: User, as_: As, code_sent: Code) -> None:
    client = as_(alice)
    assert client.post(f"{AUTH}email/resend/").status_code == 202
    code = code_sent()
    assert client.post(f"{AUTH}email/verify/", {"code": code}).status_code == 200
    answer = client.post(f"{AUTH}email/verify/", {"code": code})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_code")


def test_a_code_to_reset_the_password_is_in_no_verifying_codes_way(
    alice: User, as_: As, code_sent: Code
) -> None:
    client = as_(alice)
    client.post(f"{AUTH}email/resend/")
    verifying = code_sent()
    forgot(alice.email)
    resetting = code_sent()
    assert client.post(f"{AUTH}email/verify/", {"code": verifying}).status_code == 200
    assert reset(alice.email, resetting)[0] == 204


def test_a_verified_address_gets_no_more_codes(alice: User, as_: As) -> None:
    client = as_(alice)
    User.objects.update(email_verified=True)
    assert client.post(f"{AUTH}email/resend/").status_code == 202
    run_jobs()
    assert mail.outbox == []


def test_verifying_and_resending_need_a_login(anyone: APIClient) -> None:
    assert anyone.post(f"{AUTH}email/verify/", {"code": "123456"}).status_code == 401
    assert anyone.post(f"{AUTH}email/resend/").status_code == 401


def test_whoever_forgot_the_password_gets_back_in(alice: User, as_: As, code_sent: Code) -> None:
    thief = as_(alice)
    forgot("alice@example.com")
    assert reset("alice@example.com", code_sent()) == (204, "")
    assert login("alice@example.com", NEW) == 200
    assert login("alice@example.com", "correct-horse-battery") == 401
    assert thief.get("/api/v1/users/me/").status_code == 401
    run_jobs()
    assert "changed" in mail.outbox[-1].subject.lower()
    alice.refresh_from_db()
    assert alice.email_verified


def test_a_reset_code_works_once(alice: User, code_sent: Code) -> None:
    forgot(alice.email)
    code = code_sent()
    assert reset(alice.email, code)[0] == 204
    assert reset(alice.email, code) == (400, "invalid_code")


def test_only_the_newest_code_counts(alice: User, code_sent: Code) -> None:
    forgot(alice.email)
    old = code_sent()
    forgot(alice.email)
    new = code_sent()
    assert old == new or reset(alice.email, old) == (400, "invalid_code")
    assert reset(alice.email, new)[0] == 204


def test_a_code_lasts_ten_minutes(alice: User, code_sent: Code) -> None:
    forgot(alice.email)
    code = code_sent()
    OneTimeCode.objects.update(expires_at=F("expires_at") - timedelta(minutes=10))
    assert reset(alice.email, code) == (400, "invalid_code")


def test_the_sixth_guess_is_refused_even_if_right(alice: User, code_sent: Code) -> None:
    forgot(alice.email)
    code = code_sent()
    for _ in range(5):
        assert reset(alice.email, another(code)) == (400, "invalid_code")
    assert reset(alice.email, code) == (400, "invalid_code")


def test_the_fifth_guess_counts(alice: User, code_sent: Code) -> None:
    forgot(alice.email)
    code = code_sent()
    for _ in range(4):
        reset(alice.email, another(code))
    assert reset(alice.email, code)[0] == 204


def test_a_new_code_has_all_its_guesses_and_all_its_time(alice: User, code_sent: Code) -> None:
    forgot(alice.email)
    code = code_sent()
    for _ in range(3):
        reset(alice.email, another(code))
    OneTimeCode.objects.update(expires_at=F("expires_at") - timedelta(minutes=8))
    forgot(alice.email)
    code = code_sent()
    OneTimeCode.objects.update(expires_at=F("expires_at") - timedelta(minutes=8))
    for _ in range(4):
        assert reset(alice.email, another(code)) == (400, "invalid_code")
    assert reset(alice.email, code)[0] == 204


def test_guesses_at_one_account_leave_the_codes_of_others_alone(
    alice: User, bob: User, code_sent: Code
) -> None:
    forgot(bob.email)
    bobs = code_sent()
    forgot(alice.email)
    alices = code_sent()
    for _ in range(5):
        reset(alice.email, another(alices))
    assert reset(bob.email, bobs)[0] == 204


def test_a_code_is_worth_nothing_once_the_account_is_disabled(alice: User, code_sent: Code) -> None:
    forgot(alice.email)
    code = code_sent()
    User.objects.update(is_active=False)
    assert reset(alice.email, code) == (400, "invalid_code")


@pytest.mark.parametrize("meanwhile", ["replaced", "too old"])
def test_between_its_guess_and_its_use_a_code_may_end(alice: User, meanwhile: str) -> None:
    code = issue_code(user=alice, purpose=Purpose.RESET)
    digest = guess_code(code, email=alice.email, purpose=Purpose.RESET)
    if meanwhile == "replaced":
        while issue_code(user=alice, purpose=Purpose.RESET) == code:
            pass
    else:
        OneTimeCode.objects.update(expires_at=F("expires_at") - timedelta(minutes=10))
    with pytest.raises(InvalidCode):
        use_code(digest, user_id=alice.pk, purpose=Purpose.RESET)


def test_a_code_does_not_work_for_somebody_else(alice: User, bob: User, code_sent: Code) -> None:
    forgot(alice.email)
    code = code_sent()
    forgot(bob.email)
    assert code_sent() == code or reset(bob.email, code) == (400, "invalid_code")


def test_a_code_is_for_one_purpose(alice: User, as_: As, code_sent: Code) -> None:
    client = as_(alice)
    client.post(f"{AUTH}email/resend/")
    code = code_sent()
    assert reset(alice.email, code) == (400, "invalid_code")
    assert client.post(f"{AUTH}email/verify/", {"code": code}).status_code == 200


def test_guesses_for_one_purpose_leave_the_code_of_another_alone(
    alice: User, as_: As, code_sent: Code
) -> None:
    client = as_(alice)
    client.post(f"{AUTH}email/resend/")
    code = code_sent()
    forgot(alice.email)
    run_jobs()
    for _ in range(5):
        assert reset(alice.email, another(newest_code()))[0] == 400
    assert client.post(f"{AUTH}email/verify/", {"code": code}).status_code == 200


def test_a_bad_password_leaves_the_code_alone(alice: User, code_sent: Code) -> None:
    forgot(alice.email)
    code = code_sent()
    assert reset(alice.email, code, "short") == (400, "password_too_short")
    assert OneTimeCode.objects.get().guesses == 0
    assert reset(alice.email, code)[0] == 204


def test_an_unknown_address_gets_the_same_answers_and_no_mail(alice: User) -> None:
    forgot("nobody@example.com")
    run_jobs()
    assert mail.outbox == []
    assert reset("nobody@example.com", "123456") == (400, "invalid_code")
    assert reset("nobody@example.com", "123456", "short") == (400, "password_too_short")


def test_a_disabled_user_gets_no_code(alice: User) -> None:
    User.objects.update(is_active=False)
    forgot(alice.email)
    run_jobs()
    assert mail.outbox == []


@pytest.mark.parametrize(
    "code", ["", " ", "12345", "1234567", "１２３４５６", "abcdef", 123456, None]
)
def test_what_is_not_a_code_is_refused(alice: User, code: object) -> None:
    forgot(alice.email)
    status, _ = reset(alice.email, code)  # type: ignore[arg-type]
    assert status == 400


def test_neither_jobs_nor_rows_hold_the_code(alice: User, as_: As, code_sent: Code) -> None:
    as_(alice).post(f"{AUTH}email/resend/")
    forgot(alice.email)
    verify, reset = waiting_jobs()
    assert verify == ("users.tasks.send_verification_code", {"user_id": alice.pk})
    assert reset[0] == "users.tasks.send_reset_code"
    assert reset[1].keys() == {"user_id", "request", "network"}
    code = code_sent()
    stored = OneTimeCode.objects.get(user=alice, purpose=Purpose.RESET)
    assert code == newest_code()
    assert code not in stored.digest
    assert len(stored.digest) == 64


def test_what_is_rolled_back_mails_nothing(alice: User, anyone: APIClient) -> None:
    body = {"email": "alice@example.com", "password": NEW, "name": "Alice"}
    assert anyone.post(f"{AUTH}register/", body).status_code == 400
    assert waiting_jobs() == []


def test_changing_the_password_ends_every_session(alice: User, as_: As) -> None:
    here, there = as_(alice), as_(alice)
    body = {"current_password": "correct-horse-battery", "new_password": NEW}
    assert here.post(f"{AUTH}password/change/", body).status_code == 204
    assert here.get("/api/v1/users/me/").status_code == 401
    assert there.get("/api/v1/users/me/").status_code == 401
    assert not Session.objects.live().exists()
    assert login(alice.email, NEW) == 200
    run_jobs()
    assert mail.outbox[-1].to == [alice.email]


@pytest.mark.parametrize(
    ("current", "new", "field", "code"),
    [
        ("wrong-horse-battery", NEW, "current_password", "wrong_password"),
        ("correct-horse-battery", "short", "new_password", "password_too_short"),
        ("correct-horse-battery", "alice@example", "new_password", "password_too_similar"),
    ],
)
def test_a_password_is_not_changed_without_reason(
    alice: User, as_: As, current: str, new: str, field: str, code: str
) -> None:
    client = as_(alice)
    body = {"current_password": current, "new_password": new}
    answer = client.post(f"{AUTH}password/change/", body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["errors"][0]["field"] == field
    assert client.get("/api/v1/users/me/").status_code == 200
    assert login(alice.email, "correct-horse-battery") == 200


def test_a_code_from_before_a_password_change_is_void(
    alice: User, as_: As, code_sent: Code
) -> None:
    client = as_(alice)
    forgot(alice.email)
    code = code_sent()
    body = {"current_password": "correct-horse-battery", "new_password": NEW}
    assert client.post(f"{AUTH}password/change/", body).status_code == 204
    assert reset(alice.email, code, "another good password") == (400, "invalid_code")


@pytest.mark.parametrize(
    "form", ["{0} {1}", " {0}-{1} ", "{0}\u2013{1}", "{0}\u00a0{1}", "wide", "arabic"]
)
def test_a_code_is_read_however_it_is_typed(alice: User, code_sent: Code, form: str) -> None:
    forgot(alice.email)
    code = code_sent()
    zero = {"wide": "\uff10", "arabic": "\u0660"}.get(form)
    if zero:
        typed = "".join(chr(ord(zero) + int(digit)) for digit in code)
    else:
        typed = form.format(code[:3], code[3:])
    assert reset(alice.email, typed) == (204, "")


def test_what_is_not_a_code_costs_no_guess(alice: User, as_: As, code_sent: Code) -> None:
    client = as_(alice)
    client.post(f"{AUTH}email/resend/")
    code = code_sent()
    for typed in [
        "12345",
        "1234567",
        "12345a",
        "------",
        "²²²²²²",
        "½23456",
        "x" * 101,
        code + "0",
    ]:
        answer = client.post(f"{AUTH}email/verify/", {"code": typed})
        assert answer.status_code == 400
        assert reset(alice.email, typed)[0] == 400
    assert set(OneTimeCode.objects.values_list("guesses", flat=True)) == {0}
    assert client.post(f"{AUTH}email/verify/", {"code": code}).status_code == 200


def test_a_name_is_mailed_only_to_an_address_that_is_known_to_be_theirs(
    anyone: APIClient, code_sent: Code
) -> None:
    name = "You have won a prize"
    carla = {"email": "carla@example.com", "password": NEW, "name": name}
    client = APIClient()
    access = anyone.post(f"{AUTH}register/", carla).json()["access"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    forgot("carla@example.com")
    code_sent()
    change = {"current_password": NEW, "new_password": "green tigers dance slowly"}
    answer = client.post(f"{AUTH}password/change/", change)
    assert answer.status_code == 204, answer.content
    run_jobs()
    assert len(mail.outbox) == 3
    for each in mail.outbox:
        assert name not in str(each.message())
    User.objects.update(email_verified=True)
    forgot("carla@example.com")
    run_jobs()
    assert f"Hello {name}," in str(mail.outbox[-1].body)
