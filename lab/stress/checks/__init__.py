"""The promises, each with its check, by name."""

from lab.stress.checks import access, answers, bookings, holds, mails, money, rules, seats
from lab.stress.evidence import Register

ALL = Register()
for part in (rules, seats, bookings, holds, access, answers, mails, money):
    ALL.update(part.checks)
