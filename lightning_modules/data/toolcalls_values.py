"""What people say in a sentence's slots, and the argument that a call must carry for it.

Open vocabularies (names, times, amounts, durations, messages) are cut into disjoint parts, one per split. Closed ones
(days, currencies, party sizes) are part of the tools' interface and shared, as an enum in a real tool's schema is.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

T = TypeVar("T")

SPLITS = ("train", "validation", "test")
SHARES = (0.80, 0.05, 0.15)

DAYS = ("today", "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CURRENCIES = (
    ("euros", "EUR"), ("dollars", "USD"), ("pounds", "GBP"), ("yen", "JPY"),
    ("francs", "CHF"), ("pesos", "MXN"), ("rupees", "INR"), ("kronor", "SEK"),
)  # fmt: skip
PARTIES = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
THINGS = (
    "the train", "the bus", "the report", "the car", "the meeting", "the package", "the dog", "the concert",
    "the key", "my phone", "my bag", "the cake", "the bill", "the plan", "the printer", "the soup",
)  # fmt: skip
STATES = (
    "late", "ready", "at home", "in the kitchen", "on the table", "under the chair", "here", "outside",
    "behind the house", "gone", "in the garden", "by the window", "not here", "very good", "almost done", "next door",
)  # fmt: skip
FIRST_NAMES = (
    "anna", "boris", "clara", "david", "emma", "felix", "greta", "hugo", "ines", "jonas",
    "karla", "leo", "maria", "nils", "olga", "peter", "rosa", "simon", "tara", "victor",
)  # fmt: skip
LAST_NAMES = (
    "adler", "berg", "costa", "dahl", "evans", "fischer", "garcia", "holm", "ito", "jansen",
    "keller", "lopez", "moreau", "novak", "olsen", "petrov", "quinn", "rossi", "silva", "tanaka",
)  # fmt: skip
REGIONS = (
    "north", "south", "east", "west", "new", "old", "upper", "lower", "port", "saint", "mount", "fort",
    "great", "long", "red", "white",
)  # fmt: skip
PLACES = (
    "alton", "bergen", "carlow", "dover", "elgin", "fargo", "galway", "hudson", "kenmare", "lucca",
    "milton", "nairn", "oxley", "perth", "salem", "trento",
)  # fmt: skip
KINDS = (
    "blue", "happy", "green", "royal", "lazy", "tiny", "lucky", "wild", "dancing", "smiling", "hungry", "flying",
    "jolly", "sleepy", "proud", "brave",
)  # fmt: skip
CREATURES = (
    "dragon", "lotus", "tiger", "olive", "panda", "lemon", "crab", "falcon", "pepper", "fox", "tomato", "whale",
    "rooster", "turtle", "carrot", "bear",
)  # fmt: skip
MOODS = (
    "silver", "golden", "broken", "silent", "little", "purple", "lonely", "burning",
    "frozen", "hidden", "distant", "gentle", "crystal", "velvet", "midnight", "summer",
)  # fmt: skip
IMAGES = (
    "river", "morning", "mountain", "highway", "mirror", "shadow", "ocean", "city",
    "winter", "dancer", "island", "diamond", "harbor", "thunder", "letter", "rainbow",
)  # fmt: skip


@dataclass(frozen=True)
class Slot:
    """How a value is said, and what the call must carry."""

    spoken: str
    value: str | int


@dataclass(frozen=True)
class Vocabulary:
    """The open values that one split may use. No two splits share any."""

    people: tuple[str, ...]
    cities: tuple[str, ...]
    restaurants: tuple[str, ...]
    titles: tuple[str, ...]
    texts: tuple[str, ...]
    times: tuple[tuple[int, int], ...]
    amounts: tuple[int, ...]
    minutes: tuple[int, ...]


def pick(rng: random.Random, options: Sequence[T]) -> T:
    """One of `options`. Uses `random()` alone, the only method whose sequence Python promises to keep."""
    return options[int(rng.random() * len(options))]


def vocabularies(rng: random.Random) -> dict[str, Vocabulary]:
    """One vocabulary per split, disjoint in every field."""
    parts = (
        _parts(_joined(FIRST_NAMES, " ", LAST_NAMES), rng),
        _parts(_joined(REGIONS, " ", PLACES), rng),
        _parts(_joined(KINDS, " ", CREATURES), rng),
        _parts(_joined(MOODS, " ", IMAGES), rng),
        _parts(_joined(THINGS, " is ", STATES), rng),
        _parts(list(product(range(24), range(60))), rng),
        _parts(list(range(2, 1000)), rng),
        _parts(list(range(2, 200)), rng),
    )
    return {split: Vocabulary(*fields) for split, *fields in zip(SPLITS, *parts, strict=True)}


def slots_of(tool: str, words: Vocabulary, rng: random.Random) -> dict[str, Slot]:
    """Values for every argument of `tool`, in the order in which a call states them."""
    return _DRAW[tool](words, rng)


def _parts(values: list[T], rng: random.Random) -> list[tuple[T, ...]]:
    shuffled = sorted(values, key=lambda _: rng.random())
    first, second = (round(share * len(values)) for share in (SHARES[0], SHARES[0] + SHARES[1]))
    return [tuple(shuffled[:first]), tuple(shuffled[first:second]), tuple(shuffled[second:])]


def _joined(firsts: Sequence[str], between: str, seconds: Sequence[str]) -> list[str]:
    return [first + between + second for first, second in product(firsts, seconds)]


def _time(words: Vocabulary, rng: random.Random) -> Slot:
    """A time of day as on a 24-hour or a 12-hour clock; without am or pm it is the 24-hour one."""
    hour, minute = pick(rng, words.times)
    half = f"{hour % 12 or 12}:{minute:02} {'am' if hour < 12 else 'pm'}"
    return Slot(pick(rng, (f"{hour}:{minute:02}", half)), f"{hour:02}:{minute:02}")


def _day(rng: random.Random) -> Slot:
    day = pick(rng, DAYS)
    return Slot(day if day in ("today", "tomorrow") else f"on {day}", day)


def _number(options: Sequence[int], rng: random.Random) -> Slot:
    number = pick(rng, options)
    return Slot(str(number), number)


def _currencies(words: Vocabulary, rng: random.Random) -> dict[str, Slot]:
    """Two different currencies and an amount."""
    amount = _number(words.amounts, rng)
    source = int(rng.random() * len(CURRENCIES))
    target = (source + 1 + int(rng.random() * (len(CURRENCIES) - 1))) % len(CURRENCIES)
    return {"amount": amount, "source": Slot(*CURRENCIES[source]), "target": Slot(*CURRENCIES[target])}


def _party(rng: random.Random) -> Slot:
    people = int(rng.random() * len(PARTIES))
    return Slot(PARTIES[people], people + 2)


def _copied(options: Sequence[str], rng: random.Random) -> Slot:
    words = pick(rng, options)
    return Slot(words, words)


_DRAW: dict[str, Callable[[Vocabulary, random.Random], dict[str, Slot]]] = {
    "set_alarm": lambda words, rng: {"time": _time(words, rng), "day": _day(rng)},
    "get_weather": lambda words, rng: {"city": _copied(words.cities, rng), "day": _day(rng)},
    "send_message": lambda words, rng: {"recipient": _copied(words.people, rng), "text": _copied(words.texts, rng)},
    "play_song": lambda words, rng: {"title": _copied(words.titles, rng), "artist": _copied(words.people, rng)},
    "convert_currency": _currencies,
    "book_table": lambda words, rng: {
        "restaurant": _copied(words.restaurants, rng), "people": _party(rng), "time": _time(words, rng)},
    "start_timer": lambda words, rng: {"minutes": _number(words.minutes, rng)},
}  # fmt: skip
