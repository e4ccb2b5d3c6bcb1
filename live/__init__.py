"""The live map: a process of its own that tells browsers which seats are taken, as it changes.

Nothing writes for it and nothing depends on it: it looks at the seats a few times a second. Clients
that cannot reach it poll the seat map.
"""
