"""The theaters of the demo, which exist nowhere, and the layouts of their screens."""

from collections.abc import Iterator
from dataclasses import dataclass

from demo.towns import BERLIN, MUMBAI, NEW_YORK, TOWNS, Town
from theaters.layout import grid
from theaters.models import Screen, Theater
from users.models import User

GRAND = [
    "___ww_ssssssss_ww___",
    "__sss_ssssssss_sss__",
    "_ssss_ssssssss_ssss_",
    "_ssss_ssssssss_ssss_",
    "sssss_ssssssss_sssss",
    "sssss_ssssssss_sssss",
    "____________________",
    "ppppp_pppppppp_ppppp",
    "ppppp_pppppppp_ppppp",
    "ppppp_pppppppp_ppppp",
    "sssss_ssssssss_sssss",
    "sssss_sssxxsss_sssss",
    "_rr_rr_rr__rr_rr_rr_",
]
MIDDLE = [
    "_ww_ssssss_ww_",
    "sss_ssssss_sss",
    "sss_ssssss_sss",
    "sss_ssssss_sss",
    "sss_ssssss_sss",
    "ppp_pppppp_ppp",
    "ppp_pppppp_ppp",
    "sss_ssssss_sss",
    "sss_ssssss_sxx",
]
STUDIO = [
    "ww_sssss",
    "ss_sssss",
    "ss_sssss",
    "ss_sssss",
    "ss_sssss",
    "ssssssss",
]
PLAIN = grid(10, 10)


@dataclass(frozen=True, slots=True)
class House:
    """A theater: its name, its place and the layouts of its screens."""

    name: str
    address: str
    town: Town
    layouts: tuple[list[str], ...]

    def theater(self, owner: User) -> Theater:
        """The unsaved row."""
        return Theater(
            name=self.name,
            address=self.address,
            city=self.town.city,
            timezone=self.town.timezone,
            latitude=self.town.latitude,
            longitude=self.town.longitude,
            currency=self.town.currency,
            owner=owner,
        )

    def screens(self, theater: Theater) -> Iterator[Screen]:
        """The unsaved rows; a large screen takes longer to clean."""
        for number, layout in enumerate(self.layouts, start=1):
            yield Screen(
                theater=theater,
                name=f"{self.town.screen} {number}",
                layout=layout,
                turnaround_minutes=20 if layout is GRAND else 15,
            )


DESCRIBED = (
    House("Lichtspiele am Ufer", "Uferallee 12", BERLIN, (GRAND, MIDDLE, MIDDLE, STUDIO)),
    House("Sternkino", "Sterngasse 3", BERLIN, (MIDDLE, STUDIO)),
    House("The Lantern", "88 Lantern Street", NEW_YORK, (GRAND, MIDDLE, PLAIN)),
    House("Chitra Talkies", "41 Seaside Road", MUMBAI, (GRAND, PLAIN, STUDIO)),
)
NAMES = (
    *("Lumière", "Aurora", "Orpheum", "Capitol", "Majestic", "Rialto"),
    *("Astor", "Bijou", "Eden", "Phoenix", "Regent"),
)
LAYOUTS = ((GRAND, MIDDLE), (GRAND, MIDDLE, STUDIO), (MIDDLE, PLAIN, STUDIO, STUDIO))


def houses(count: int) -> list[House]:
    """So many: the four that are described, then others like them around the world."""
    others = (another(number) for number in range(len(DESCRIBED), count))
    return [*DESCRIBED[:count], *others]


def another(number: int) -> House:
    """The house of this number; 11 names in 8 towns make 88 before a name gets a numeral."""
    town = TOWNS[number % len(TOWNS)]
    round_ = number // (len(NAMES) * len(TOWNS))
    name = f"{NAMES[number % len(NAMES)]} {town.city}" + (f" {round_ + 1}" if round_ else "")
    address = f"{number} {town.streets[number % len(town.streets)]}"
    return House(name, address, town, LAYOUTS[number % len(LAYOUTS)])
