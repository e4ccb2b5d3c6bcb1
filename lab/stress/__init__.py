"""The stress test: the real server under load with fault injection, and a check of its promises.

`python -m lab.stress` starts the server, its worker and a PostgreSQL of their own behind a proxy,
lets many clients book while `injector` injects faults, and records every request in a history.
Afterwards `checker` checks the promises of docs/reliability.md by the history and the database.
"""
