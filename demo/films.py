"""The films of the demo: real ones, described in our own words."""

from dataclasses import dataclass
from datetime import date, timedelta

from movies.models import Movie


@dataclass(frozen=True, slots=True)
class Film:
    """A film, with what determines when and how often cinemas show it.

    `released` as a number means that many days from today, so that something is always coming soon.
    `hours` are the first and the last local hour at which it starts; films for `children` are
    dubbed. An average film has `appeal` 1.
    """

    title: str
    released: date | int
    duration_minutes: int
    language: str
    certificate: str
    genres: tuple[str, ...]
    cast: tuple[str, ...]
    description: str
    hours: tuple[int, int] = (12, 23)
    appeal: float = 1.0
    formats: tuple[str, ...] = ("2D",)
    children: bool = False

    def release_date(self, today: date) -> date:
        if isinstance(self.released, date):
            return self.released
        return today + timedelta(days=self.released)

    def movie(self, today: date) -> Movie:
        """Returns the unsaved row of the catalogue."""
        return Movie(
            title=self.title,
            description=self.description,
            duration_minutes=self.duration_minutes,
            language=self.language,
            genres=list(self.genres),
            certificate=self.certificate,
            release_date=self.release_date(today),
            cast=list(self.cast),
        )


FILMS = (
    Film(
        title="Metropolis",
        released=date(1927, 1, 10),
        duration_minutes=153,
        language="German",
        certificate="NR",
        genres=("Science fiction", "Drama", "Silent"),
        cast=("Brigitte Helm", "Alfred Abel", "Gustav Fröhlich", "Rudolf Klein-Rogge"),
        description=(
            "In a city of towers the rich live in gardens and the workers under the ground. "
            "The master's son follows a young preacher below, and an inventor gives a machine "
            "her face. Shown in the long version, with what was found again in Buenos Aires."
        ),
        hours=(16, 20),
        appeal=0.8,
        formats=("2D", "35 mm"),
    ),
    Film(
        title="Spirited Away",
        released=date(2001, 7, 20),
        duration_minutes=125,
        language="Japanese",
        certificate="PG",
        genres=("Animation", "Fantasy", "Family"),
        cast=("Rumi Hiiragi", "Miyu Irino", "Mari Natsuki", "Bunta Sugawara"),
        description=(
            "On the way to a new home, ten-year-old Chihiro strays into a bathhouse for spirits. "
            "To free her parents, whom greed has turned into pigs, she takes work there under a "
            "witch who has stolen her name."
        ),
        hours=(10, 20),
        appeal=1.2,
        children=True,
    ),
    Film(
        title="Parasite",
        released=date(2019, 5, 30),
        duration_minutes=132,
        language="Korean",
        certificate="R",
        genres=("Thriller", "Comedy", "Drama"),
        cast=("Song Kang-ho", "Lee Sun-kyun", "Cho Yeo-jeong", "Choi Woo-shik", "Park So-dam"),
        description=(
            "One by one, a family from a basement talks itself into jobs in the house of a rich "
            "one. Everything goes to plan until a rainy evening, when the former housekeeper "
            "rings at the door."
        ),
        hours=(16, 23),
        appeal=1.1,
    ),
    Film(
        title="Dune: Part Two",
        released=date(2024, 3, 1),
        duration_minutes=166,
        language="English",
        certificate="PG-13",
        genres=("Science fiction", "Adventure"),
        cast=("Timothée Chalamet", "Zendaya", "Rebecca Ferguson", "Javier Bardem"),
        description=(
            "Paul Atreides learns to live, fight and ride with the Fremen of Arrakis. The more of "
            "them take him for the one who was promised, the nearer comes the war that he sees in "
            "his dreams."
        ),
        hours=(13, 22),
        appeal=1.7,
    ),
    Film(
        title="Everything Everywhere All at Once",
        released=date(2022, 3, 25),
        duration_minutes=139,
        language="English",
        certificate="R",
        genres=("Comedy", "Action", "Science fiction"),
        cast=("Michelle Yeoh", "Stephanie Hsu", "Ke Huy Quan", "Jamie Lee Curtis"),
        description=(
            "Evelyn has a laundromat, a tax audit and no time. Then a husband from another "
            "universe asks her to save all of them, with the skills of every woman that she "
            "might have become."
        ),
        hours=(15, 23),
        appeal=1.0,
    ),
    Film(
        title="Oppenheimer",
        released=date(2023, 7, 21),
        duration_minutes=180,
        language="English",
        certificate="R",
        genres=("Drama", "History"),
        cast=("Cillian Murphy", "Emily Blunt", "Matt Damon", "Robert Downey Jr."),
        description=(
            "A physicist gathers the best minds of his time in the desert of New Mexico to build "
            "the bomb before Germany does. Years later, a hearing in a small room takes apart his "
            "life and loyalties."
        ),
        hours=(14, 21),
        appeal=1.4,
        formats=("2D", "70 mm"),
    ),
    Film(
        title="Paddington 2",
        released=date(2017, 11, 10),
        duration_minutes=103,
        language="English",
        certificate="PG",
        genres=("Family", "Comedy"),
        cast=("Ben Whishaw", "Hugh Grant", "Sally Hawkins", "Hugh Bonneville"),
        description=(
            "The bear wants to buy his aunt a pop-up book of London, and goes to prison for its "
            "theft. While the Browns look for the real thief, marmalade changes the manners of "
            "the inmates."
        ),
        hours=(10, 17),
        appeal=1.3,
        children=True,
    ),
    Film(
        title="Spider-Man: Across the Spider-Verse",
        released=date(2023, 6, 2),
        duration_minutes=140,
        language="English",
        certificate="PG",
        genres=("Animation", "Action", "Adventure"),
        cast=("Shameik Moore", "Hailee Steinfeld", "Oscar Isaac", "Jake Johnson"),
        description=(
            "Miles Morales follows Gwen to a society of hundreds of Spider-People, who tell him "
            "what every one of them must lose. He will not have it, and then all of them are "
            "after him."
        ),
        hours=(10, 20),
        appeal=1.5,
        formats=("2D", "3D"),
        children=True,
    ),
    Film(
        title="Mad Max: Fury Road",
        released=date(2015, 5, 15),
        duration_minutes=120,
        language="English",
        certificate="R",
        genres=("Action", "Adventure"),
        cast=("Tom Hardy", "Charlize Theron", "Nicholas Hoult", "Zoë Kravitz"),
        description=(
            "Furiosa leaves a tyrant's fortress with his five wives hidden in her truck. All his "
            "cars follow her across the waste, a drifter named Max tied to the front of one."
        ),
        hours=(18, 23),
        appeal=1.1,
        formats=("2D", "3D"),
    ),
    Film(
        title="Amélie",
        released=date(2001, 4, 25),
        duration_minutes=122,
        language="French",
        certificate="R",
        genres=("Comedy", "Romance"),
        cast=("Audrey Tautou", "Mathieu Kassovitz", "Rufus", "Dominique Pinon"),
        description=(
            "A waitress in Montmartre finds a boy's treasures behind a tile and brings them back "
            "to the man that he became. From then on she repairs other people's lives in secret, "
            "and leaves out her own."
        ),
        hours=(13, 22),
        appeal=0.9,
    ),
    Film(
        title="Past Lives",
        released=date(2023, 6, 2),
        duration_minutes=106,
        language="Korean",
        certificate="PG-13",
        genres=("Drama", "Romance"),
        cast=("Greta Lee", "Teo Yoo", "John Magaro"),
        description=(
            "Two children in Seoul lose each other when her family emigrates. Twenty-four years "
            "later he comes to New York for a week, where she is a playwright and married."
        ),
        hours=(13, 22),
        appeal=0.7,
    ),
    Film(
        title="The Grand Budapest Hotel",
        released=date(2014, 3, 7),
        duration_minutes=99,
        language="English",
        certificate="R",
        genres=("Comedy", "Crime"),
        cast=("Ralph Fiennes", "Tony Revolori", "Saoirse Ronan", "Adrien Brody"),
        description=(
            "A concierge of perfect manners inherits a painting from a guest and, with his lobby "
            "boy, has to run from her family, the police and a war on the way."
        ),
        hours=(12, 23),
        appeal=0.9,
    ),
    Film(
        title="WALL·E",
        released=date(2008, 6, 27),
        duration_minutes=98,
        language="English",
        certificate="G",
        genres=("Animation", "Family", "Science fiction"),
        cast=("Ben Burtt", "Elissa Knight", "Jeff Garlin", "Sigourney Weaver"),
        description=(
            "The last robot on Earth tidies up after people who left it centuries ago. When a "
            "sleek visitor takes away the plant that he found, he holds on to her ship."
        ),
        hours=(10, 17),
        appeal=1.0,
        children=True,
    ),
    Film(
        title="Lagaan",
        released=date(2001, 6, 15),
        duration_minutes=224,
        language="Hindi",
        certificate="PG",
        genres=("Drama", "Musical", "Sport"),
        cast=("Aamir Khan", "Gracy Singh", "Rachel Shelley", "Paul Blackthorne"),
        description=(
            "A village that cannot pay its tax takes a bet with the officers who collect it: a "
            "game of cricket, for three years without tax or three times as much. Nobody in the "
            "village has ever played."
        ),
        hours=(15, 20),
        appeal=0.8,
    ),
    Film(
        title="Perfect Days",
        released=date(2023, 12, 21),
        duration_minutes=124,
        language="Japanese",
        certificate="PG",
        genres=("Drama",),
        cast=("Koji Yakusho", "Tokio Emoto", "Arisa Nakano"),
        description=(
            "Hirayama cleans public toilets in Tokyo, with care. He has cassettes, paperbacks and "
            "a camera for the light in the trees, until a niece comes to stay and brings the past "
            "with her."
        ),
        hours=(12, 22),
        appeal=0.7,
    ),
    Film(
        title="The Red Shoes (restored)",
        released=9,
        duration_minutes=135,
        language="English",
        certificate="PG",
        genres=("Drama", "Romance", "Music"),
        cast=("Moira Shearer", "Anton Walbrook", "Marius Goring"),
        description=(
            "A young dancer becomes the star of a famous ballet, and has to choose between the "
            "man whom she loves and the one who lets nobody dance who loves. The restored "
            "Technicolor of 1948."
        ),
        hours=(13, 21),
        appeal=0.9,
    ),
    Film(
        title="Seven Samurai (restored)",
        released=24,
        duration_minutes=207,
        language="Japanese",
        certificate="NR",
        genres=("Action", "Drama"),
        cast=("Toshiro Mifune", "Takashi Shimura", "Isao Kimura", "Daisuke Kato"),
        description=(
            "Farmers hire masterless swordsmen, for rice, against the bandits who will come back "
            "after the harvest. The film of 1954 from which every such story has learnt since, "
            "newly restored."
        ),
        hours=(14, 20),
        appeal=0.9,
    ),
)
