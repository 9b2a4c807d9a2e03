"""The small world of facts: who lives where, and has which craft, fruit and instrument. It is the same for any seed."""

from dataclasses import dataclass
from random import Random

NAMES = (
    "Abel", "Ada", "Alba", "Anton", "Asta", "Bela", "Berta", "Boris", "Bruno", "Carla", "Cleo", "Cora", "Dario",
    "Delia", "Dora", "Edgar", "Elias", "Elsa", "Emil", "Fabio", "Felix", "Flora", "Greta", "Hanno", "Hedda",
    "Henrik", "Ida", "Igor", "Irma", "Jana", "Jorge", "Julia", "Kamil", "Karin", "Lars", "Leona", "Linus",
    "Magda", "Marek", "Mira", "Nadia", "Nils", "Nora", "Olga", "Oskar", "Paula", "Petra", "Quirin",
)  # fmt: skip
TOWNS = (
    "Dorn", "Velm", "Kasten", "Ostra", "Brill", "Tarn", "Luze", "Mirk", "Poldar", "Gren", "Sabel", "Nordau",
)  # fmt: skip
CRAFTS = (
    "weaver", "baker", "potter", "smith", "tailor", "mason", "cooper", "miller", "printer", "carver", "dyer", "tanner",
)  # fmt: skip
FRUITS = (
    "plums", "pears", "figs", "grapes", "lemons", "cherries", "melons", "dates", "quinces", "limes", "berries",
    "olives",
)  # fmt: skip
INSTRUMENTS = (
    "harp", "flute", "drum", "lute", "fiddle", "horn", "cello", "viola", "banjo", "organ", "zither", "trumpet",
)  # fmt: skip
VALUES: dict[str, tuple[str, ...]] = {
    "town": TOWNS, "craft": CRAFTS, "fruit": FRUITS, "instrument": INSTRUMENTS,
}  # fmt: skip

WORLD_SEED = 7


@dataclass(frozen=True)
class Person:
    """One inhabitant and the four facts about them."""

    name: str
    town: str
    craft: str
    fruit: str
    instrument: str

    def fact(self, attribute: str) -> str:
        """The value of one attribute, by its name."""
        return {"town": self.town, "craft": self.craft, "fruit": self.fruit, "instrument": self.instrument}[attribute]


def spread(rng: Random, values: tuple[str, ...]) -> list[str]:
    """One value per person, each value equally often, so that no value is a good guess."""
    dealt = list(values) * (len(NAMES) // len(values))
    rng.shuffle(dealt)
    return dealt


def inhabitants() -> tuple[Person, ...]:
    """Everybody, the same on every call."""
    rng = Random(WORLD_SEED)
    columns = [spread(rng, VALUES[attribute]) for attribute in VALUES]
    return tuple(Person(*row) for row in zip(NAMES, *columns, strict=True))


PEOPLE = inhabitants()
