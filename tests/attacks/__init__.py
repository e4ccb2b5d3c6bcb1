"""Attacks over HTTP, one module for each theme.

- test_functions: every role at every method of every address, from a table that must be whole
- test_objects: what belongs to somebody else
- test_authentication, test_mutated_tokens: forged tokens, guessed codes and passwords
- test_injection: SQL, lookups, spellings of ids, endless pages, at whatever the schema lists
- test_business: the last seat, seats that are none, prices and times that cannot be
- test_malformed_input, test_raw_http: what is not JSON, not text, not HTTP
- test_misconfiguration: hosts, origins, headers, methods, mail

Beside them `tests.leaks` reads every answer that any test gets.
"""
