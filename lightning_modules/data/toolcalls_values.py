"""Draw the values for the slots of a request, and the arguments that the call must contain for them.

The values of open vocabularies (names, times, amounts, durations, messages) are divided among the splits. Closed
vocabularies (days, currencies, party sizes) are part of the tools' interface, like an enum in a schema, and are shared.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from lightning_modules.data import toolcalls_words as words

T = TypeVar("T")

SPLITS = ("train", "validation", "test")
SHARES = (0.80, 0.05, 0.15)


@dataclass(frozen=True)
class Slot:
    """A value as it appears in the request, and as an argument of the call."""

    spoken: str
    value: str | int


@dataclass(frozen=True)
class Vocabulary:
    """The open values of a split. No two splits share a value."""

    people: tuple[str, ...]
    cities: tuple[str, ...]
    restaurants: tuple[str, ...]
    titles: tuple[str, ...]
    texts: tuple[str, ...]
    times: tuple[tuple[int, int], ...]
    amounts: tuple[int, ...]
    minutes: tuple[int, ...]


def pick(rng: random.Random, options: Sequence[T]) -> T:
    """Return a random option. Uses only `random()`, the only method whose sequence Python guarantees to keep."""
    return options[int(rng.random() * len(options))]


def split_vocabularies(rng: random.Random) -> dict[str, Vocabulary]:
    """Return a vocabulary for each split. They are disjoint in every field."""
    parts = (
        _divide(_combine(words.FIRST_NAMES, " ", words.LAST_NAMES), rng),
        _divide(_combine(words.REGIONS, " ", words.PLACES), rng),
        _divide(_combine(words.KINDS, " ", words.CREATURES), rng),
        _divide(_combine(words.MOODS, " ", words.IMAGES), rng),
        _divide(_combine(words.THINGS, " is ", words.STATES), rng),
        _divide(list(product(range(24), range(60))), rng),
        _divide(list(range(2, 1000)), rng),
        _divide(list(range(2, 200)), rng),
    )
    return {split: Vocabulary(*fields) for split, *fields in zip(SPLITS, *parts, strict=True)}


def draw_slots(tool: str, vocabulary: Vocabulary, rng: random.Random) -> dict[str, Slot]:
    """Draw a value for each argument of the tool, in the order in which a call lists them."""
    return _DRAW[tool](vocabulary, rng)


def _divide(values: list[T], rng: random.Random) -> list[tuple[T, ...]]:
    shuffled = sorted(values, key=lambda _: rng.random())
    first, second = (round(share * len(values)) for share in (SHARES[0], SHARES[0] + SHARES[1]))
    return [tuple(shuffled[:first]), tuple(shuffled[first:second]), tuple(shuffled[second:])]


def _combine(firsts: Sequence[str], separator: str, seconds: Sequence[str]) -> list[str]:
    return [first + separator + second for first, second in product(firsts, seconds)]


def _time(vocabulary: Vocabulary, rng: random.Random) -> Slot:
    """Draw a time of day, spoken in the 12-hour format with am or pm, or in the 24-hour format."""
    hour, minute = pick(rng, vocabulary.times)
    twelve_hour = f"{hour % 12 or 12}:{minute:02} {'am' if hour < 12 else 'pm'}"
    return Slot(pick(rng, (f"{hour}:{minute:02}", twelve_hour)), f"{hour:02}:{minute:02}")


def _day(rng: random.Random) -> Slot:
    day = pick(rng, words.DAYS)
    return Slot(day if day in ("today", "tomorrow") else f"on {day}", day)


def _number(options: Sequence[int], rng: random.Random) -> Slot:
    number = pick(rng, options)
    return Slot(str(number), number)


def _currencies(vocabulary: Vocabulary, rng: random.Random) -> dict[str, Slot]:
    """Draw an amount and two different currencies."""
    amount = _number(vocabulary.amounts, rng)
    source = int(rng.random() * len(words.CURRENCIES))
    target = (source + 1 + int(rng.random() * (len(words.CURRENCIES) - 1))) % len(words.CURRENCIES)
    return {"amount": amount, "source": Slot(*words.CURRENCIES[source]), "target": Slot(*words.CURRENCIES[target])}


def _party(rng: random.Random) -> Slot:
    index = int(rng.random() * len(words.PARTIES))
    return Slot(words.PARTIES[index], index + 2)


def _copy(options: Sequence[str], rng: random.Random) -> Slot:
    """Draw a value that the call copies from the request."""
    text = pick(rng, options)
    return Slot(text, text)


_DRAW: dict[str, Callable[[Vocabulary, random.Random], dict[str, Slot]]] = {
    "set_alarm": lambda values, rng: {"time": _time(values, rng), "day": _day(rng)},
    "get_weather": lambda values, rng: {"city": _copy(values.cities, rng), "day": _day(rng)},
    "send_message": lambda values, rng: {"recipient": _copy(values.people, rng), "text": _copy(values.texts, rng)},
    "play_song": lambda values, rng: {"title": _copy(values.titles, rng), "artist": _copy(values.people, rng)},
    "convert_currency": _currencies,
    "book_table": lambda values, rng: {
        "restaurant": _copy(values.restaurants, rng), "people": _party(rng), "time": _time(values, rng)},
    "start_timer": lambda values, rng: {"minutes": _number(values.minutes, rng)},
}  # fmt: skip
