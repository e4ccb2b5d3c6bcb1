"""Attacks over HTTP, one module for each theme.

- test_functions: every role and every method of every path, by a table that must be complete
- test_objects: what belongs to somebody else
- test_authentication, test_mutated_tokens: forged tokens, guessed codes and passwords
- test_injection: SQL, lookups, spellings of ids, endless pages, for all that the schema lists
- test_business: the last seat, invalid seats, impossible prices and times
- test_malformed_input, test_raw_http: what is not JSON, not text, not HTTP
- test_misconfiguration: hosts, origins, headers, methods, mail

Besides, `tests.leaks` checks every response that any test gets.
"""
