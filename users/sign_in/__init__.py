"""The pages on the way into the office: login, password, second factor."""
