"""How mail is written and leaves."""
