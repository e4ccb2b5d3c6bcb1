"""The admin's pages for logging in: login, password, second factor."""
