"""The accounts of the demo: some with known names, and many customers."""

from array import array
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from core.postgres.rows import rows_of
from theaters.models import Membership, Theater
from theaters.policy import MembershipRole
from users.models import Role, User

STAFF = {
    "Mona": MembershipRole.MANAGER,
    "Carl": MembershipRole.CASHIER,
    "Dora": MembershipRole.DOOR,
}
FIRST_NAMES = (
    "Amara Anna Aisha Arjun Ben Bruno Carla Chen Clara David Elena Emma Farid Felix Fatima Greta "
    "Hannah Hugo Ines Isaac Jonas Julia Kaito Kavya Lena Leo Lucas Maria Mateo Mia Nadia Noah "
    "Olivia Omar Paula Priya Rahul Rosa Sofia Yusuf"
).split()
LAST_NAMES = (
    "Adams Ahmed Almeida Bauer Becker Brown Castro Chopra Costa Diaz Fischer Foster Garcia Gupta "
    "Haas Hughes Ito Jensen Joshi Kamau Keller Khan Kim Klein Kumar Lang Lopez Mehta Meyer Miller "
    "Mwangi Nair Novak Otieno Patel Rossi Santos Schmidt Silva Suzuki Weber"
).split()
MAKE_CUSTOMERS = """
INSERT INTO users_user (email, name, role, password, is_active, email_verified, date_joined)
SELECT lower(first || '.' || last) || n || '@example.net', first || ' ' || last,
       'user', %(password)s, true, n %% 25 <> 0,
       %(joined)s - n * 37 %% 600 * interval '1 day' - n * 53 %% 1440 * interval '1 minute'
FROM (
    SELECT n, (%(first)s::text[])[1 + n * 17 %% cardinality(%(first)s::text[])] AS first,
           (%(last)s::text[])[1 + n * 19 %% cardinality(%(last)s::text[])] AS last
    FROM generate_series(1, %(count)s::bigint) AS n
) AS person
ORDER BY n
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class People:
    """All accounts; `staff` work for Olga, `customers` are the ids of those who only book."""

    ada: User
    olga: User
    otto: User
    alice: User
    bob: User
    staff: list[User]
    customers: "array[int]"


def make_people(*, count: int, password: str, joined: datetime) -> People:
    """Makes the known ones and `count` customers, all with this password, which is hashed once."""
    hashed = make_password(password)
    known = [
        User(
            email=f"{name.lower()}@example.com",
            name=name,
            role=role,
            password=hashed,
            email_verified=True,
            date_joined=joined,
        )
        for name, role in (
            ("Ada", Role.ADMIN),
            ("Olga", Role.OWNER),
            ("Otto", Role.OWNER),
            ("Alice", Role.USER),
            ("Bob", Role.USER),
            *((name, Role.USER) for name in STAFF),
        )
    ]
    ada, olga, otto, alice, bob, *staff = User.objects.bulk_create(known)
    customers = make_customers(count=count, hashed=hashed, joined=joined)
    return People(ada, olga, otto, alice, bob, staff, customers)


def employ(staff: list[User], theaters: list[Theater]) -> None:
    """Lets them work in the theaters."""
    Membership.objects.bulk_create(
        Membership(theater=theater, user=user, role=STAFF[user.name])
        for theater in theaters
        for user in staff
    )


def make_customers(*, count: int, hashed: str, joined: datetime) -> "array[int]":
    """Makes `count` customers who joined within two years before, and returns their ids."""
    values = {
        "password": hashed,
        "joined": joined,
        "first": FIRST_NAMES,
        "last": LAST_NAMES,
        "count": count,
    }
    return array("q", (row[0] for row in rows_of(MAKE_CUSTOMERS, values)))
