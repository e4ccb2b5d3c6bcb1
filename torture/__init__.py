"""The torture chamber: the real server under load and faults, and a proof that nothing was lost.

`python -m torture` starts the server, its worker and a PostgreSQL of their own behind a proxy, lets
many clients buy while `nemesis` breaks things, and records every request in a history. Afterwards
`checker` proves from the history and the database alone what `docs/reliability.md` promises.
"""
