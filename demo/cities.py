"""The cities of the demo's theaters, in many time zones, with the price of a ticket."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city. `price` is that of a standard seat in the evening; prices are multiples of `step`."""

    name: str
    timezone: str
    language: str
    screen: str = "Screen"
    currency: str
    price: int
    step: Decimal = Decimal("0.50")
    latitude: Decimal
    longitude: Decimal
    streets: tuple[str, ...]


BERLIN = City(
    name="Berlin",
    timezone="Europe/Berlin",
    language="German",
    screen="Saal",
    currency="EUR",
    price=10,
    latitude=Decimal("52.4961"),
    longitude=Decimal("13.4215"),
    streets=("Uferallee", "Sterngasse", "Lindenhof"),
)
NEW_YORK = City(
    name="New York",
    timezone="America/New_York",
    language="English",
    currency="USD",
    price=16,
    latitude=Decimal("40.7081"),
    longitude=Decimal("-73.9571"),
    streets=("Lantern Street", "Ferry Yard", "Mill Row"),
)
MUMBAI = City(
    name="Mumbai",
    timezone="Asia/Kolkata",
    language="Hindi",
    currency="INR",
    price=250,
    step=Decimal(10),
    latitude=Decimal("19.0596"),
    longitude=Decimal("72.8295"),
    streets=("Seaside Road", "Banyan Lane", "Station Road"),
)
LONDON = City(
    name="London",
    timezone="Europe/London",
    language="English",
    currency="GBP",
    price=12,
    latitude=Decimal("51.5465"),
    longitude=Decimal("-0.0756"),
    streets=("Weaver Lane", "Orchard Yard", "Bridge Row"),
)
SAO_PAULO = City(
    name="São Paulo",
    timezone="America/Sao_Paulo",
    language="Portuguese",
    screen="Sala",
    currency="BRL",
    price=36,
    step=Decimal(1),
    latitude=Decimal("-23.5558"),
    longitude=Decimal("-46.6622"),
    streets=("Rua das Palmeiras", "Rua do Sol", "Alameda Azul"),
)
SYDNEY = City(
    name="Sydney",
    timezone="Australia/Sydney",
    language="English",
    currency="AUD",
    price=21,
    latitude=Decimal("-33.8970"),
    longitude=Decimal("151.1793"),
    streets=("Harbour Lane", "Fig Street", "Quarry Road"),
)
LOS_ANGELES = City(
    name="Los Angeles",
    timezone="America/Los_Angeles",
    language="English",
    currency="USD",
    price=17,
    latitude=Decimal("34.0837"),
    longitude=Decimal("-118.2581"),
    streets=("Canyon Row", "Orange Yard", "Sunrise Way"),
)
NAIROBI = City(
    name="Nairobi",
    timezone="Africa/Nairobi",
    language="English",
    currency="KES",
    price=800,
    step=Decimal(50),
    latitude=Decimal("-1.2631"),
    longitude=Decimal("36.8037"),
    streets=("Acacia Road", "Market Lane", "Valley Road"),
)
CITIES = (BERLIN, NEW_YORK, MUMBAI, LONDON, SAO_PAULO, SYDNEY, LOS_ANGELES, NAIROBI)
