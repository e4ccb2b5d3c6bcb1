"""Who takes money: one file per provider, behind the interface of `base`.

Nothing here knows the tables, so a provider can be tried without them.
"""
