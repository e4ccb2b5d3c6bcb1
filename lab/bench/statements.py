"""Records the SQL of the paths while the program answers, as scripts for pgbench.

`python -m lab.bench.statements WORLD.json DIRECTORY` in the program's environment prints how many
statements each path takes, and writes a script per path that plays them with other users, shows and
seats each time, so that pgbench can measure PostgreSQL alone.
"""

import io
import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from django.db import connection

from lab.bench import flows

SCRIPTED = ("seat_map", "show_list", "hold_and_release", "book_and_cancel")
HEAD = """\
\\set who random(0, {users})
\\set user {first_user} - :who
\\set session {first_session} + :who
\\set show {first_show} + :client_id + 8 * random(0, {shows} / 8 - 1)
\\set nonce random(1000000000, 9000000000)
"""


class Statement(NamedTuple):
    """A statement that was executed, and whether that was in a transaction."""

    text: str
    is_in_transaction: bool


class Recorder:
    """A wrapper around each statement, for Django's `execute_wrapper`."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        text = psycopg.ClientCursor(connection.connection).mogrify(sql, params)
        self.statements.append(Statement(text, connection.in_atomic_block))
        return execute(sql, params, many, context)


def answer(application: Any, call: flows.Call) -> flows.Reply:
    """Play a call without a server, and return the reply."""
    head, _, body = call.raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "cinema.example",
        "SERVER_PORT": "443",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "https",
    }
    for line in lines:
        name, _, value = line.partition(": ")
        key = name.upper().replace("-", "_")
        environ[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = value
    told: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        told["status"] = int(status.split(maxsplit=1)[0])
        told["headers"] = {name.encode(): value.encode() for name, value in headers}

    content = b"".join(application(environ, start_response))
    return flows.Reply(told["status"], told["headers"], content)


def record(application: Any, flow: flows.Flow) -> tuple[list[Statement], int]:
    """Return the statements of the second round of a flow, and the number of its requests."""
    recorder, requests, rounds = Recorder(), 0, 0
    call = next(flow)
    while True:
        rounds += call.is_first
        if rounds == 3:
            return recorder.statements, requests
        if rounds == 2:
            requests += 1
            with connection.execute_wrapper(recorder):
                reply = answer(application, call)
        else:
            reply = answer(application, call)
        call = flow.send(reply)


def script(statements: list[Statement], names: dict[str, str]) -> str:
    """Return the statements for pgbench; `names` maps patterns of what varies to expressions."""
    lines, is_open = [], False
    for text, is_in_transaction in statements:
        if "SAVEPOINT" in text:
            continue
        if is_in_transaction != is_open:
            lines.append("BEGIN;" if is_in_transaction else "COMMIT;")
        is_open = is_in_transaction
        for pattern, new in names.items():
            text = re.sub(pattern, new, text)  # noqa: PLW2901
        text = re.sub(r"--[^\n]*", "", text)  # noqa: PLW2901
        ending = " \\aset made_" if "INSERT INTO bookings_booking" in text else ";"
        lines.append(" ".join(text.split()) + ending)
    return "\n".join([*lines, *(["COMMIT;"] if is_open else []), ""])


def variations(facts: dict[str, Any], statements: list[Statement]) -> dict[str, str]:
    """Return what differs from call to call: user, session, show, key, reference, booking."""
    everything = " ".join(statement.text for statement in statements)
    names = {rf"'{facts['users'][1]}'": "(:user)::text"}
    names |= {
        rf"'hold {show} ([^']*)'": r"('hold ' || (:show)::text || ' \1')"
        for show in facts["shows"][:2]
    }
    ids = ("user", facts["users"][1]), ("session", facts["sessions"][1])
    shows = (("show", show) for show in facts["shows"][:2])
    names |= {rf"(?<![\w.']){number}(?![\w.'])": f":{name}" for name, number in (*ids, *shows)}
    if found := re.search(r"SELECT '([2-9A-Z]{10})', ", everything):
        names |= {f"'{found[1]}'": "((:nonce)::text)", f"/{found[1]}/": "/"}
    if found := re.search(r"'([0-9a-f]{8}-[0-9a-f-]{27})'", everything):
        names[found[0]] = "((:nonce)::text)"
    if found := re.search(r'booking_id\\*": (\d+)', everything):
        job = "ARRAY[jsonb_build_object('booking_id', (:made_id)::bigint)]"
        names[rf"E'[^']*{found[1]}[^']*'::jsonb\[\]"] = job
        names[rf"'\{{{found[1]}\}}'::\w+\[\]"] = "ARRAY[(:made_id)::bigint]"
    return names


def main() -> None:
    """Write the scripts, print the counts as JSON."""
    from core.wsgi import application

    world_file, directory = map(Path, sys.argv[1:3])
    facts = json.loads(world_file.read_text())
    for name in ("shows", "users", "sessions", "access", "refresh"):  # high ids are told apart
        facts[name].reverse()
    world, counts = flows.World(facts), {}
    head = HEAD.format(
        users=len(facts["users"]) - 1,
        first_user=facts["users"][-1],
        first_session=facts["sessions"][-1],
        first_show=min(facts["shows"]),
        shows=max(facts["shows"]) - min(facts["shows"]),
    )
    for name, flow in flows.FLOWS.items():
        if name in ("constant", "log_in_once"):
            continue
        statements, requests = record(application, flow(world, 0, 1))
        counts[name] = len(statements) / requests
        if name in SCRIPTED:
            names = variations(facts, statements)
            (directory / f"{name}.sql").write_text(head + script(statements, names))
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
