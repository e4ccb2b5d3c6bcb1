"""The stress test with faults: the real server under load, and a proof that nothing was lost.

`python -m lab.stress` starts the server, its worker and a PostgreSQL of their own behind a proxy,
lets many clients buy while `injector` breaks things, and records every request in a history.
Afterwards `checker` proves from the history and the database alone what docs/reliability.md
promises.
"""
