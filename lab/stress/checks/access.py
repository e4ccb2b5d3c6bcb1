"""Access: everybody sees only their own, a token works once, and ended sessions stay ended."""

from collections import defaultdict
from collections.abc import Iterator

from lab.stress.evidence import Evidence, Register

checks = Register()

MAY_NAME = {"sales", "administer", "promote", "disable", "enable"}
OWN_LISTS = ("my_bookings", "my_booking")


@checks
def customers_see_their_own_rows(evidence: Evidence) -> Iterator[str]:
    """A customer's lists hold the customer's own bookings; those of others do not exist."""
    for kind in OWN_LISTS:
        for record in evidence.kinds[kind]:
            for reference in record.answer.get("references", []):
                stored = evidence.bookings.get(reference)
                if stored is None or stored["customer"] != record.actor:
                    yield f"{record.actor} was shown {reference}, which is {stored}"
    for record in evidence.kinds["peek"]:
        if record.is_ok:
            yield f"{record.actor} read {record.call}, which is somebody else's"


@checks
def owners_see_their_own_theaters_rows(evidence: Evidence) -> Iterator[str]:
    """An owner's lists hold bookings of the owner's own theaters."""
    for record in evidence.kinds["sales"]:
        for reference in record.answer.get("references", []):
            stored = evidence.bookings.get(reference)
            owner = evidence.shows[stored["show"]]["owner"] if stored else None
            if owner != record.actor:
                yield f"{record.actor} was shown {reference} of {owner}"
    for record in evidence.kinds["trespass"]:
        if record.is_ok:
            yield f"{record.actor} did {record.call}, which is another owner's"


@checks
def nobody_is_named_to_others(evidence: Evidence) -> Iterator[str]:
    """No answer names another person, apart from an owner's sales and an admin's users."""
    for record in evidence.history:
        if record.people and record.kind not in MAY_NAME:
            yield f"{record.call} told {record.actor or 'nobody'} of {record.people}"


@checks
def a_refresh_token_works_once(evidence: Evidence) -> Iterator[str]:
    """Of all uses of a refresh token, parallel ones included, at most one succeeds."""
    uses: dict[str, int] = defaultdict(int)
    for record in evidence.kinds["refresh"]:
        if record.is_ok:
            uses[record.asked["token"]] += 1
    for token, count in uses.items():
        if count > 1:
            yield f"refresh token {token} worked {count} times"


@checks
def logged_out_means_out(evidence: Evidence) -> Iterator[str]:
    """After a logout was acknowledged, no request with a token of that session succeeds."""
    ended: dict[str, float] = {}
    for record in evidence.kinds["logout"]:
        if record.is_ok and record.session:
            ended.setdefault(record.session, record.ended)
    for record in evidence.history:
        since = ended.get(record.session)
        if since is not None and record.started > since and record.is_ok:
            yield f"{record.call} of {record.actor} worked after logout at {since:.3f}"


def _sessions_before(evidence: Evidence, actor: str, moment: float) -> set[str]:
    return {
        record.session
        for record in evidence.history
        if record.actor == actor and record.session and record.ended <= moment
    }


@checks
def logged_out_everywhere_means_out(evidence: Evidence) -> Iterator[str]:
    """After all sessions of a user were ended, no token of any of them works."""
    ended: dict[str, float] = {}
    for record in evidence.kinds["logout_all"]:
        if record.is_ok:
            for session in _sessions_before(evidence, record.actor, record.started):
                ended.setdefault(session, record.ended)
    for record in evidence.history:
        since = ended.get(record.session)
        if since is not None and record.started > since and record.is_ok:
            yield f"{record.call} of {record.actor} worked after logout at {since:.3f}"


@checks
def a_code_takes_five_guesses(evidence: Evidence) -> Iterator[str]:
    """A code works once, and not at all after five wrong guesses, parallel ones included."""
    wrong: dict[tuple[str, str], list[float]] = defaultdict(list)
    for record in evidence.kinds["wrong_code"]:
        if record.code == "invalid_code":
            wrong[record.actor, record.asked["code"]].append(record.ended)
        if record.is_ok:
            yield f"a wrong code of {record.actor} worked"
    worked: set[tuple[str, str]] = set()
    for record in evidence.kinds["right_code"]:
        code = (record.actor, record.asked["code"])
        guesses = sum(1 for at in wrong[code] if at < record.started)
        if record.is_ok and (guesses >= 5 or code in worked):
            yield f"a code of {record.actor} worked, after {guesses} wrong guesses or once more"
        if record.is_ok:
            worked.add(code)


@checks
def disabled_means_out(evidence: Evidence) -> Iterator[str]:
    """From the answer to disabling a user until they are enabled again, nothing works for them."""
    switches = sorted(
        (r for kind in ("disable", "enable") for r in evidence.kinds[kind]),
        key=lambda record: record.started,
    )
    for number, record in enumerate(switches):
        if record.kind != "disable" or not record.is_ok:
            continue
        user = record.asked["user"]
        later = [r for r in switches[number + 1 :] if r.asked["user"] == user]
        until = min((r.started for r in later if r.kind == "enable"), default=float("inf"))
        for request in evidence.history:
            is_in_between = record.ended < request.started and request.ended < until
            if request.actor == user and is_in_between and request.is_ok and request.session:
                yield f"{request.call} of {user} worked while disabled"


@checks
def acknowledged_accounts_survive(evidence: Evidence) -> Iterator[str]:
    """A registration that was acknowledged is stored; nobody is stored who did not ask."""
    asked = {record.actor for record in evidence.kinds["register"] if record.may_have_worked}
    for record in evidence.kinds["register"]:
        if record.is_ok and record.actor not in evidence.users:
            yield f"{record.actor} was registered and is lost"
    for email, user in evidence.users.items():
        if email not in asked and user["role"] != "admin":
            yield f"{email} exists, and nobody registered it"
        if email not in asked and email in _promoted(evidence):
            yield f"{email} was promoted, and nobody registered it"


def _promoted(evidence: Evidence) -> set[str]:
    return {record.asked["user"] for record in evidence.kinds["promote"]}


@checks
def roles_change_by_an_admin_only(evidence: Evidence) -> Iterator[str]:
    """Nobody has a role that no admin gave them, whatever they sent."""
    promoted = _promoted(evidence)
    for email, user in evidence.users.items():
        if user["role"] == "owner" and email not in promoted:
            yield f"{email} is an owner, and nobody made them one"
    admins = [email for email, user in evidence.users.items() if user["role"] == "admin"]
    registered = {record.actor for record in evidence.kinds["register"]}
    for email in admins:
        if email in registered:
            yield f"{email} became an admin"
