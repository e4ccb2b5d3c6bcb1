"""The theaters of the demo, which are fictitious, and the layouts of their screens."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import slugify

from demo.cities import BERLIN, CITIES, MUMBAI, NEW_YORK, City
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
class Cinema:
    """A theater to be made: its name, its place and the layouts of its screens."""

    name: str
    address: str
    city: City
    layouts: tuple[list[str], ...]

    def theater(self, owner: User) -> Theater:
        """Returns the unsaved row."""
        word = slugify(self.name)
        return Theater(
            name=self.name,
            address=self.address,
            city=self.city.name,
            timezone=self.city.timezone,
            latitude=self.city.latitude,
            longitude=self.city.longitude,
            currency=self.city.currency,
            phone="+1 212 555 0142",
            email=f"{word}@example.com",
            website=f"https://example.com/{word}/",
            owner=owner,
        )

    def screens(self, theater: Theater) -> Iterator[Screen]:
        """Yields the unsaved rows; a large screen takes longer to clean."""
        for number, layout in enumerate(self.layouts, start=1):
            yield Screen(
                theater=theater,
                name=f"{self.city.screen} {number}",
                layout=layout,
                turnaround_minutes=20 if layout is GRAND else 15,
            )


DESCRIBED = (
    Cinema("Lichtspiele am Ufer", "Uferallee 12", BERLIN, (GRAND, MIDDLE, MIDDLE, STUDIO)),
    Cinema("Sternkino", "Sterngasse 3", BERLIN, (MIDDLE, STUDIO)),
    Cinema("The Lantern", "88 Lantern Street", NEW_YORK, (GRAND, MIDDLE, PLAIN)),
    Cinema("Chitra Talkies", "41 Seaside Road", MUMBAI, (GRAND, PLAIN, STUDIO)),
)
NAMES = (
    *("Lumière", "Aurora", "Orpheum", "Capitol", "Majestic", "Rialto"),
    *("Astor", "Bijou", "Eden", "Phoenix", "Regent"),
)
LAYOUTS = ((GRAND, MIDDLE), (GRAND, MIDDLE, STUDIO), (MIDDLE, PLAIN, STUDIO, STUDIO))


def cinemas(count: int) -> list[Cinema]:
    """Returns this many: the four that are described, then generated ones around the world."""
    others = (generated(number) for number in range(len(DESCRIBED), count))
    return [*DESCRIBED[:count], *others]


def generated(number: int) -> Cinema:
    """Returns the cinema with this number; 11 names in 8 cities make 88 without a numeral."""
    city = CITIES[number % len(CITIES)]
    round_ = number // (len(NAMES) * len(CITIES))
    name = f"{NAMES[number % len(NAMES)]} {city.name}" + (f" {round_ + 1}" if round_ else "")
    address = f"{number} {city.streets[number % len(city.streets)]}"
    return Cinema(name, address, city, LAYOUTS[number % len(LAYOUTS)])
